package io.github.ratelimit.web;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * An expression of a policy in Spring's expression language, parsed once. The root is
 * what is asked about; beans are {@code @name}.
 */
final class RootExpression {

	private final Expression expression;

	private final StandardEvaluationContext context = new StandardEvaluationContext();

	private RootExpression(Expression expression, BeanFactory beans) {
		this.expression = expression;
		this.context.setBeanResolver(new BeanFactoryResolver(beans));
	}

	/**
	 * Parses an expression.
	 * @param part the part of the policy that it is written in
	 * @param text the expression
	 * @param expected what would have been right
	 * @param root what is asked about
	 * @param results what it may result in
	 * @param beans the beans that it can name
	 * @return the expression
	 * @throws InvalidPolicyException if it cannot be parsed, or can be seen not to work
	 */
	static RootExpression parse(String part, String text, String expected, Class<?> root, Set<Class<?>> results,
			BeanFactory beans) {
		SpelExpression parsed = parse(part, text, expected);
		new ExpressionCheck(part, text, expected, root, beans).check(parsed.getAST(), results);
		return new RootExpression(parsed, beans);
	}

	private static SpelExpression parse(String part, String text, String expected) {
		try {
			return new SpelExpressionParser().parseRaw(text);
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
		catch (UnreadableRequestException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
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
