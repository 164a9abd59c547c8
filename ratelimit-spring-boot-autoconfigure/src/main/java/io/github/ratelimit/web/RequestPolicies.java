package io.github.ratelimit.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.ratelimit.Charge;

/**
 * All policies that may apply to a request.
 */
public final class RequestPolicies {

	private final List<RequestPolicy> policies;

	public RequestPolicies(List<RequestPolicy> policies) {
		this.policies = List.copyOf(policies);
	}

	/**
	 * Adds what a handler names.
	 * @param named policies that replace those of the same name, so that none is charged
	 * twice
	 * @return these and the added ones
	 */
	public RequestPolicies with(List<RequestPolicy> named) {
		Set<String> names = named.stream().map((policy) -> policy.policy().name()).collect(Collectors.toSet());
		List<RequestPolicy> all = new ArrayList<>(this.policies);
		all.removeIf((policy) -> names.contains(policy.policy().name()));
		all.addAll(named);
		return new RequestPolicies(all);
	}

	/**
	 * What a request must pay: one charge for every policy that applies to it.
	 * @param request the request
	 * @return empty if none applies
	 */
	public List<Charge> charges(RateLimitRequest request) {
		List<Charge> charges = new ArrayList<>(2);
		for (RequestPolicy policy : this.policies) {
			if (policy.appliesTo(request)) {
				charges.add(policy.charge(request));
			}
		}
		return charges;
	}

}
