package io.github.ratelimit.autoconfigure;

import java.util.Set;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

/**
 * Finds names of policies that somebody could not tell apart.
 */
final class PolicyNames {

	private PolicyNames() {
	}

	/**
	 * An environment variable cannot spell a hyphen: it would define a policy beside the
	 * one that it is to change.
	 */
	static String unambiguous(String name, Set<String> names) {
		for (String other : names) {
			if (!other.equals(name) && other.replace("-", "").equals(name)) {
				throw new InvalidPolicyException("name", name, "a name other than that of '" + other
						+ "' without hyphens; to change that one from outside, use a property instead of an environment variable");
			}
		}
		return name;
	}

	/** In fields and problems, each of several limits has a name of its own. */
	static ConfiguredPolicy distinguishable(ConfiguredPolicy configured, Set<String> inForce) {
		configured.variants().forEach((policy) -> distinguishable(policy, inForce));
		return configured;
	}

	private static void distinguishable(Policy policy, Set<String> inForce) {
		for (Limit limit : policy.limits()) {
			String other = policy.name() + "-" + limit.windowText();
			if (policy.limits().size() > 1 && inForce.contains(other)) {
				throw new InvalidPolicyException("name", policy.name(),
						"another name, because callers cannot tell its limit " + limit + " from the policy '" + other
								+ "'");
			}
		}
	}

}
