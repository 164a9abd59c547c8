package io.github.ratelimit.web;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Charge;

/**
 * All policies of one stage that apply to requests by their path.
 *
 * @param stage when they are enforced
 * @param policies the policies, in the order in which they are reported
 */
public record RequestPolicies(Stage stage, List<RequestPolicy> policies) {

	public RequestPolicies {
		policies = List.copyOf(policies);
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
