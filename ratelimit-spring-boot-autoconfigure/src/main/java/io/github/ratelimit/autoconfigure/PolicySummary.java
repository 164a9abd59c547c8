package io.github.ratelimit.autoconfigure;

import java.util.List;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Says once, when all policies are known, which there are and to what they apply.
 */
final class PolicySummary implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(PolicySummary.class);

	private final RateLimitStore store;

	private final ConfiguredPolicies policies;

	PolicySummary(RateLimitStore store, ConfiguredPolicies policies) {
		this.store = store;
		this.policies = policies;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<String> lines = List.copyOf(this.policies.mapAll(PolicySummary::line).values());
		logger.info("Rate limits are kept in %s, policies: %d%s".formatted(this.store.name(), lines.size(),
				String.join("", lines)));
	}

	private static String line(Policy policy, RateLimitProperties.Policy properties) {
		Policy candidate = policy.candidate();
		return "%n    %s: %s%s by %s, %s%s%s".formatted(policy.name(), limits(policy), plans(policy, properties),
				String.join(" and ", properties.key()), where(properties), policy.enforced() ? "" : " (not enforced)",
				(candidate != null) ? " (candidate " + limits(candidate) + ")" : "");
	}

	private static String limits(Policy policy) {
		return policy.limits().stream().map(Limit::toString).collect(Collectors.joining(", "));
	}

	private static String plans(Policy policy, RateLimitProperties.Policy properties) {
		return PolicyLimits.plans(policy, properties)
			.entrySet()
			.stream()
			.map((plan) -> ", " + plan.getKey() + " " + limits(plan.getValue()))
			.collect(Collectors.joining());
	}

	private static String where(RateLimitProperties.Policy properties) {
		if (properties.paths().isEmpty()) {
			return "where it is named";
		}
		String methods = properties.methods().isEmpty() ? "" : String.join(", ", properties.methods()) + " ";
		return methods + String.join(", ", properties.paths());
	}

}
