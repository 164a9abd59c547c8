package io.github.ratelimit;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a store could not decide. Whether permits were charged is then unknown.
 */
public final class RateLimitStoreException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final boolean unavailable;

	private final Duration retryAfter;

	/**
	 * Creates an exception for one call: others may be decided.
	 * @param message what happened
	 * @param cause why, or null if there is nothing more to say
	 */
	public RateLimitStoreException(String message, @Nullable Throwable cause) {
		super(message, cause);
		this.unavailable = false;
		this.retryAfter = Duration.ZERO;
	}

	private RateLimitStoreException(String message, @Nullable Throwable cause, Duration retryAfter) {
		super(message, cause, true, false);
		this.unavailable = true;
		this.retryAfter = retryAfter;
	}

	/**
	 * Creates an exception for a store that does not answer at all. It has no stack
	 * trace, since there may be one for every call.
	 * @param message what happened
	 * @param cause why, or null if there is nothing more to say
	 * @param retryAfter time after which the store may answer again, zero if it is not
	 * known
	 * @return an exception
	 */
	public static RateLimitStoreException unavailable(String message, @Nullable Throwable cause, Duration retryAfter) {
		return new RateLimitStoreException(message, cause, retryAfter);
	}

	/**
	 * Whether the store does not answer anybody, as opposed to an error that may concern
	 * one call only.
	 * @return true if there is no use in asking it for another call
	 */
	public boolean unavailable() {
		return this.unavailable;
	}

	/**
	 * Time after which the store may answer again.
	 * @return zero if it is not known
	 */
	public Duration retryAfter() {
		return this.retryAfter;
	}

}
