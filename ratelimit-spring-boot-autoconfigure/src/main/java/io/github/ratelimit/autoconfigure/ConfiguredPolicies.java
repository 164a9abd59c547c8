package io.github.ratelimit.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.PolicySource;

/**
 * The policies that the configuration defines and does not switch off.
 */
final class ConfiguredPolicies implements PolicySource {

	private final Map<String, Configured> policies = new LinkedHashMap<>();

	ConfiguredPolicies(RateLimitProperties properties) {
		properties.policies().forEach((name, policy) -> {
			check(name, () -> unambiguous(name, properties.policies().keySet()));
			if (policy.enabled()) {
				this.policies.put(name, check(name, () -> new Configured(policy(name, policy), policy)));
			}
		});
		this.policies.forEach((name, configured) -> check(name, () -> distinguishable(configured.policy())));
	}

	@Override
	public @Nullable Policy find(String name) {
		Configured configured = this.policies.get(name);
		return (configured != null) ? configured.policy() : null;
	}

	int size() {
		return this.policies.size();
	}

	/** Makes something of each policy and its properties, in the order written. */
	<T> Map<String, T> map(BiFunction<Policy, RateLimitProperties.Policy, T> mapper) {
		Map<String, T> results = new LinkedHashMap<>();
		this.policies.forEach((name, configured) -> results.put(name,
				check(name, () -> mapper.apply(configured.policy(), configured.properties()))));
		return results;
	}

	private static Policy policy(String name, RateLimitProperties.Policy properties) {
		return new Policy(name, properties.algorithm(),
				properties.limits().stream().map(LimitProperties::toLimit).toList(), properties.cost());
	}

	/**
	 * An environment variable cannot spell a hyphen: it would define a policy beside the
	 * one that it is to change.
	 */
	private static String unambiguous(String name, Set<String> names) {
		for (String other : names) {
			if (!other.equals(name) && other.replace("-", "").equals(name)) {
				throw new InvalidPolicyException("name", name, "a name other than that of '" + other
						+ "' without hyphens; to change that one from outside, use a property instead of an environment variable");
			}
		}
		return name;
	}

	/** In fields and problems, each of several limits has a name of its own. */
	private Policy distinguishable(Policy policy) {
		for (Limit limit : policy.limits()) {
			String other = policy.name() + "-" + limit.windowText();
			if (policy.limits().size() > 1 && this.policies.containsKey(other)) {
				throw new InvalidPolicyException("name", policy.name(),
						"another name, because callers cannot tell its limit " + limit + " from the policy '" + other
								+ "'");
			}
		}
		return policy;
	}

	/** Names the property of a mistake. */
	private static <T> T check(String name, Supplier<T> result) {
		try {
			return result.get();
		}
		catch (InvalidPolicyException ex) {
			String property = RateLimitProperties.PREFIX + ".policies." + name;
			throw new InvalidRateLimitPropertyException(
					ex.part().equals("name") ? property : property + "." + ex.part(), ex);
		}
	}

	private record Configured(Policy policy, RateLimitProperties.Policy properties) {
	}

}
