package io.github.ratelimit.web;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Charge;

/**
 * All policies that apply to requests by their path.
 */
public final class RequestPolicies {

	private final List<RequestPolicy> policies;

	private final List<RateLimitExemption> exemptions;

	/**
	 * Collects policies.
	 * @param policies the policies
	 * @param exemptions who is exempt from all of them
	 */
	public RequestPolicies(List<RequestPolicy> policies, List<RateLimitExemption> exemptions) {
		this.policies = List.copyOf(policies);
		this.exemptions = List.copyOf(exemptions);
	}

	/**
	 * What a request must pay: one charge for every policy that applies to it.
	 * @param request the request
	 * @return empty if none applies, or the request is exempt from all
	 */
	public List<Charge> charges(RateLimitRequest request) {
		List<Charge> charges = new ArrayList<>(2);
		for (RequestPolicy policy : this.policies) {
			if (policy.appliesTo(request)) {
				if (charges.isEmpty() && exempts(request)) {
					return List.of();
				}
				charges.add(policy.charge(request));
			}
		}
		return charges;
	}

	private boolean exempts(RateLimitRequest request) {
		for (RateLimitExemption exemption : this.exemptions) {
			if (exemption.exempts(request)) {
				return true;
			}
		}
		return false;
	}

}
