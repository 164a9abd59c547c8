package io.github.ratelimit.activity;

import java.util.Locale;

/**
 * What is counted of callers.
 */
public enum Activity {

	/** Decisions. */
	DECIDED,

	/** Decisions for which the policy had no room. */
	REJECTED;

	/**
	 * What is counted under a policy, as one word.
	 * @param policy the name of the policy
	 * @return such as {@code api:decided}
	 */
	String of(String policy) {
		return policy + ":" + name().toLowerCase(Locale.ROOT);
	}

}
