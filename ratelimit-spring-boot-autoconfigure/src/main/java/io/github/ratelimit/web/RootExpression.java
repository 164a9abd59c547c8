package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * An expression of a policy in Spring's expression language, parsed once. The root is
 * what is asked about; beans are {@code @name}.
 */
final class SpelExpression {

	private final Expression expression;

	private final StandardEvaluationContext context = new StandardEvaluationContext();

	private SpelExpression(Expression expression, BeanFactory beans) {
		this.expression = expression;
		this.context.setBeanResolver(new BeanFactoryResolver(beans));
	}

	static SpelExpression parse(String part, String text, String expected, BeanFactory beans) {
		try {
			return new SpelExpression(new SpelExpressionParser().parseExpression(text), beans);
		}
		catch (ParseException ex) {
			throw new InvalidPolicyException(part, text, expected + ", but: " + ex.getSimpleMessage());
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw new InvalidPolicyException(part, text, expected + ", but: " + ex.getMessage());
		}
	}

	@Nullable Object evaluate(Object root) {
		try {
			return this.expression.getValue(this.context, root);
		}
		catch (EvaluationException ex) {
			throw new RateLimitExpressionException(text(), "cannot be evaluated", ex);
		}
	}

	RateLimitExpressionException unfit(@Nullable Object result, String expected) {
		return new RateLimitExpressionException(text(),
				"is " + expected + " but " + ((result != null) ? "a " + result.getClass().getSimpleName() : "null"),
				null);
	}

	private String text() {
		return this.expression.getExpressionString();
	}

}
