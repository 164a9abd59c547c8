package io.github.ratelimit.web;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * A condition in Spring's expression language, parsed once. The root is what is asked
 * about, so that {@code hasRole('ADMIN')} and {@code header('X-Internal') != null} are
 * conditions over a {@link RateLimitRequest}, and {@code status == 401} is one over a
 * {@link RateLimitResponse}; beans are {@code @name}.
 *
 * @param <T> what is asked about
 */
public final class SpelCondition<T> implements Predicate<T> {

	private final Expression expression;

	private final EvaluationContext context;

	private SpelCondition(Expression expression, EvaluationContext context) {
		this.expression = expression;
		this.context = context;
	}

	/**
	 * Parses a condition.
	 * @param <T> what is asked about
	 * @param part the part of the policy that it is written in
	 * @param text the condition
	 * @param example a condition that would have been right
	 * @param beans the beans that it can name
	 * @return the condition
	 * @throws InvalidPolicyException if it cannot be parsed
	 */
	public static <T> SpelCondition<T> parse(String part, String text, String example, BeanFactory beans) {
		StandardEvaluationContext context = new StandardEvaluationContext();
		context.setBeanResolver(new BeanFactoryResolver(beans));
		try {
			return new SpelCondition<>(new SpelExpressionParser().parseExpression(text), context);
		}
		catch (ParseException ex) {
			throw new InvalidPolicyException(part, text,
					"a SpEL condition such as " + example + ", but: " + ex.getSimpleMessage());
		}
	}

	/**
	 * Evaluates the condition.
	 * @return true if it is true, false if it is false or null
	 * @throws RateLimitExpressionException if it is anything else, or fails
	 */
	@Override
	public boolean test(T root) {
		Object result = evaluate(root);
		if (result == null || result instanceof Boolean) {
			return Boolean.TRUE.equals(result);
		}
		throw new RateLimitExpressionException(this.expression.getExpressionString(),
				"is neither true nor false but a " + result.getClass().getSimpleName(), null);
	}

	private @Nullable Object evaluate(T root) {
		try {
			return this.expression.getValue(this.context, root);
		}
		catch (EvaluationException ex) {
			throw new RateLimitExpressionException(this.expression.getExpressionString(), "cannot be evaluated", ex);
		}
	}

}
