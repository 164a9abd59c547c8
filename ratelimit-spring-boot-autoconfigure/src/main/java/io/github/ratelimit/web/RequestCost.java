package io.github.ratelimit.web;

import java.util.Set;
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
	 * @throws InvalidPolicyException if it cannot be parsed, or can be seen not to work
	 */
	public static RequestCost parse(String text, BeanFactory beans) {
		return new RequestCost(RootExpression.parse("cost", text,
				"a number, or a SpEL expression over the request such as method == 'GET' ? 1 : 5",
				RateLimitRequest.class, Set.of(Integer.class, Long.class), beans));
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
		if (result instanceof Integer || result instanceof Long) {
			long cost = ((Number) result).longValue();
			if (cost >= 0 && cost <= Limit.MAX_PERMITS) {
				return cost;
			}
		}
		throw this.expression.unfit(result, "no whole number from 0 to " + Limit.MAX_PERMITS);
	}

}
