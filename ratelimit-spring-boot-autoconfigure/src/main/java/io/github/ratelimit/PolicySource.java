package io.github.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * Where policies are found by their names.
 */
@FunctionalInterface
public interface PolicySource {

	/**
	 * Finds a policy.
	 * @param name its name
	 * @return the policy, {@linkplain Policy#disabled disabled} if it is not in force, or
	 * null if none has that name
	 */
	@Nullable Policy find(String name);

}
