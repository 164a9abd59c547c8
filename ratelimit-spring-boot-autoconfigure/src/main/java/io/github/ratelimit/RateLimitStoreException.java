package io.github.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a store could not decide. Whether permits were charged is then unknown.
 */
public final class RateLimitStoreException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public RateLimitStoreException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
