package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.InvalidPolicyException;

/**
 * Thrown when a property under {@code ratelimit} cannot be used.
 */
final class InvalidRateLimitPropertyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String property;

	InvalidRateLimitPropertyException(String property, InvalidPolicyException cause) {
		super("Property '" + property + "' cannot be used: " + cause.getMessage(), cause);
		this.property = property;
	}

	String property() {
		return this.property;
	}

}
