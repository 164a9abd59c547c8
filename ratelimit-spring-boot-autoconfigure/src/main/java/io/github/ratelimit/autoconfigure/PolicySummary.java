package io.github.ratelimit.autoconfigure;

import java.util.List;
import java.util.Map;
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

	private final ReloadablePolicies policies;

	PolicySummary(RateLimitStore store, ReloadablePolicies policies) {
		this.store = store;
		this.policies = policies;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<String> lines = this.policies.now().inForce().values().stream().map(PolicySummary::line).toList();
		logger.info("Rate limits are kept in %s, policies: %d%s".formatted(this.store.name(), lines.size(),
				String.join("", lines)));
	}

	/**
	 * What has changed between two states of the configuration, a line for each policy.
	 */
	static String changes(Map<String, ConfiguredPolicy> before, Map<String, ConfiguredPolicy> after) {
		StringBuilder lines = new StringBuilder();
		after.forEach((name, policy) -> {
			ConfiguredPolicy other = before.get(name);
			if (other == null) {
				lines.append(line(policy)).append(" (new)");
			}
			else if (!policy.equals(other)) {
				lines.append(line(policy))
					.append(text(policy).equals(text(other)) ? " (other properties)"
							: " (before: " + text(other) + ")");
			}
		});
		before.keySet()
			.stream()
			.filter((name) -> !after.containsKey(name))
			.forEach((name) -> lines.append("%n    %s: not any more".formatted(name)));
		return lines.toString();
	}

	private static String line(ConfiguredPolicy configured) {
		return "%n    %s: %s".formatted(configured.policy().name(), text(configured));
	}

	private static String text(ConfiguredPolicy configured) {
		Policy policy = configured.policy();
		RateLimitProperties.Policy properties = configured.properties();
		return "%s%s by %s, %s%s".formatted(limits(policy), plans(policy, properties),
				String.join(" and ", properties.key()), where(properties), policy.enforced() ? "" : " (not enforced)");
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
