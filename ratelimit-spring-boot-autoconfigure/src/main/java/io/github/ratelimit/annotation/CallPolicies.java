package io.github.ratelimit.annotation;

import org.jspecify.annotations.Nullable;

/**
 * What the configuration makes of declarations on beans.
 */
@FunctionalInterface
public interface CallPolicies {

	/**
	 * Finds the policy that a declaration declares or names.
	 * @param declaration a declaration on a bean that is not a handler
	 * @return what is in force, or null if the policy is switched off
	 * @throws io.github.ratelimit.UnknownPolicyException if no policy has that name
	 */
	@Nullable CallPolicy find(RateLimitDeclaration declaration);

}
