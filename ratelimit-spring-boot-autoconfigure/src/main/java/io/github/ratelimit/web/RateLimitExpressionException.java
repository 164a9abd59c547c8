package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when an expression of a policy says nothing of a request: neither whether it is
 * exempt, nor what it costs.
 */
public final class RateLimitExpressionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String expression;

	public RateLimitExpressionException(String expression, String problem, @Nullable Throwable cause) {
		super("Rate limit expression '" + expression + "' " + problem, cause);
		this.expression = expression;
	}

	/**
	 * Which expression failed.
	 * @return the expression as it was written
	 */
	public String expression() {
		return this.expression;
	}

}
