package io.github.ratelimit.web;

import java.util.Set;
import java.util.function.Predicate;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.BeanFactory;

/**
 * A condition in Spring's expression language, parsed once. The root is what is asked
 * about, so that {@code hasRole('ADMIN')} and {@code header('X-Internal') != null} are
 * conditions over a {@link RateLimitRequest}, and {@code status == 401} is one over a
 * {@link RateLimitResponse}; beans are {@code @name}.
 *
 * @param <T> what is asked about
 */
public final class SpelCondition<T> implements Predicate<T> {

	private final RootExpression expression;

	private SpelCondition(RootExpression expression) {
		this.expression = expression;
	}

	/**
	 * Parses a condition.
	 * @param <T> what is asked about
	 * @param part the part of the policy that it is written in
	 * @param text the condition
	 * @param example a condition that would have been right
	 * @param root the type of what is asked about
	 * @param beans the beans that it can name
	 * @return the condition
	 * @throws InvalidPolicyException if it cannot be parsed, or can be seen not to work
	 */
	public static <T> SpelCondition<T> parse(String part, String text, String example, Class<T> root,
			BeanFactory beans) {
		return new SpelCondition<>(RootExpression.parse(part, text, "a SpEL condition such as " + example, root,
				Set.of(Boolean.class), beans));
	}

	/**
	 * Evaluates the condition.
	 * @return true if it is true, false if it is false or null
	 * @throws RateLimitExpressionException if it is anything else, or fails
	 */
	@Override
	public boolean test(T root) {
		Object result = this.expression.evaluate(root);
		if (result == null || result instanceof Boolean) {
			return Boolean.TRUE.equals(result);
		}
		throw this.expression.unfit(result, "neither true nor false");
	}

}
