package io.github.ratelimit.resilience;

/**
 * What holds for calls under a policy while the store cannot decide.
 */
public enum OnFailure {

	/** Each instance counts for itself, up to its share of the limits. */
	LOCAL,

	/** Every call is allowed. */
	ALLOW,

	/** No call is decided: it fails. */
	REJECT

}
