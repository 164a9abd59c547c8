package io.github.ratelimit.web;

import java.util.function.ToLongFunction;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;

import org.springframework.beans.factory.BeanFactory;

/**
 * Permits that a request takes, as an expression over the {@link RateLimitRequest} in
 * Spring's expression language, parsed once.
 */
public final class RequestCost implements ToLongFunction<RateLimitRequest> {

	private final RootExpression expression;

	private RequestCost(RootExpression expression) {
		this.expression = expression;
	}

	/**
	 * Parses a cost.
	 * @param text the expression
	 * @param beans the beans that it can name
	 * @return the cost
	 * @throws InvalidPolicyException if it cannot be parsed
	 */
	public static RequestCost parse(String text, BeanFactory beans) {
		return new RequestCost(RootExpression.parse("cost", text,
				"a number, or a SpEL expression over the request such as method == 'GET' ? 1 : 5",
				RateLimitRequest.class, RequestCost::isCost, beans));
	}

	/**
	 * Finds out what a request costs.
	 * @return permits, 0 or more
	 * @throws RateLimitExpressionException if the expression fails, or gives anything but
	 * a whole number that is not negative
	 */
	@Override
	public long applyAsLong(RateLimitRequest request) {
		Object result = this.expression.evaluate(request);
		if (result != null && isCost(result)) {
			return ((Number) result).longValue();
		}
		throw this.expression.unfit(result, "no whole number from 0 to " + Limit.MAX_PERMITS);
	}

	private static boolean isCost(Object result) {
		return (result instanceof Integer || result instanceof Long) && ((Number) result).longValue() >= 0
				&& ((Number) result).longValue() <= Limit.MAX_PERMITS;
	}

}
