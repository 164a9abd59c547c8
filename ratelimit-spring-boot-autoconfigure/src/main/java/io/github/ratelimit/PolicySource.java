package io.github.ratelimit;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where policies are found by their names. Beans of this type are asked, in order, for
 * names that the configuration does not define: with every call, so that they answer from
 * memory, and what they return may change from call to call.
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

	/**
	 * Finds all that a policy may be, one for each plan.
	 * @param name its name
	 * @return the policies of that name, the one that is found first; empty if there is
	 * none
	 */
	default List<Policy> variants(String name) {
		Policy policy = find(name);
		return (policy != null) ? List.of(policy) : List.of();
	}

	/**
	 * Lists policies, for operators to see them.
	 * @return those that can be listed; by default none
	 */
	default Collection<Policy> policies() {
		return List.of();
	}

}
