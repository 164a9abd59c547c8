package io.github.ratelimit;

import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where a rejected call cannot be answered otherwise. It has no stack trace: to
 * fill one in costs more than the decision, and callers who come too often are answered
 * by the thousand.
 */
public final class RateLimitExceededException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The decision that rejected the call. */
	private final transient Decision decision;

	public RateLimitExceededException(Decision decision) {
		this(decision, null);
	}

	public RateLimitExceededException(Decision decision, @Nullable Throwable cause) {
		super(message(decision), cause, false, false);
		this.decision = decision;
	}

	private static String message(Decision decision) {
		StringJoiner limits = new StringJoiner(", ", "Rate limit exceeded: ", "");
		for (LimitState state : decision.exhausted()) {
			limits.add("'" + state.charge().policy().name() + "' (" + state.limit() + ")");
		}
		return limits.toString();
	}

	/**
	 * The decision that rejected the call.
	 * @return which limits had no room, and when they will
	 */
	public Decision decision() {
		return this.decision;
	}

}
