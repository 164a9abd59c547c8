package io.github.ratelimit.web;

import java.util.function.Predicate;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * A condition over a request in Spring's expression language, parsed once. The root is
 * the {@link RateLimitRequest}, so that {@code hasRole('ADMIN')} and
 * {@code header('X-Internal') != null} are conditions; beans are {@code @name}.
 */
public final class RequestExpression implements Predicate<RateLimitRequest> {

	private final Expression expression;

	private final BeanFactory beans;

	private RequestExpression(Expression expression, BeanFactory beans) {
		this.expression = expression;
		this.beans = beans;
	}

	/**
	 * Parses a condition.
	 * @param part the part of the policy that it is written in
	 * @param text the condition
	 * @param beans the beans that it can name
	 * @return the condition
	 * @throws InvalidPolicyException if it cannot be parsed
	 */
	public static RequestExpression parse(String part, String text, BeanFactory beans) {
		try {
			return new RequestExpression(new SpelExpressionParser().parseExpression(text), beans);
		}
		catch (ParseException ex) {
			throw new InvalidPolicyException(part, text,
					"a SpEL condition over the request, such as hasRole('ADMIN'), but: " + ex.getSimpleMessage());
		}
	}

	@Override
	public boolean test(RateLimitRequest request) {
		StandardEvaluationContext context = new StandardEvaluationContext(request);
		context.setBeanResolver(new BeanFactoryResolver(this.beans));
		return Boolean.TRUE.equals(this.expression.getValue(context, Boolean.class));
	}

}
