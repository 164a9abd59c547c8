package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a condition of a policy is no condition for a request. Whether the request
 * is exempt is then unknown, so it is not.
 */
public final class RateLimitExpressionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String expression;

	public RateLimitExpressionException(String expression, String problem, @Nullable Throwable cause) {
		super("Rate limit condition '" + expression + "' " + problem, cause);
		this.expression = expression;
	}

	/**
	 * Which condition failed.
	 * @return the condition as it was written
	 */
	public String expression() {
		return this.expression;
	}

}
