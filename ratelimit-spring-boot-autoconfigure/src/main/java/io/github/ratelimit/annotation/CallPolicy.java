package io.github.ratelimit.annotation;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Policy;

/**
 * A policy, and what a call of a bean must pay under it.
 *
 * @param policy the policy
 * @param key the parts of the key: expressions over the arguments; empty, or {@code all},
 * for one key for everyone
 * @param cost an expression over the arguments; empty for the policy's own cost
 * @param unless a condition over the arguments for calls that are not counted; empty if
 * all are
 */
public record CallPolicy(Policy policy, List<String> key, String cost, String unless) {

	public CallPolicy {
		key = List.copyOf(key);
	}

	/**
	 * What the configuration makes of declarations on beans.
	 */
	@FunctionalInterface
	public interface Source {

		/**
		 * Finds the policy that a declaration declares or names.
		 * @param declaration a declaration on a bean that is not a handler
		 * @return what is in force, or null if the policy is switched off
		 * @throws io.github.ratelimit.UnknownPolicyException if no policy has that name
		 */
		@Nullable CallPolicy find(RateLimitDeclaration declaration);

	}

}
