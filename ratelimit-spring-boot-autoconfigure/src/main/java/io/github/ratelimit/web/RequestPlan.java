package io.github.ratelimit.web;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The plan of a request, as an expression over the {@link RateLimitRequest} in Spring's
 * expression language, parsed once.
 */
public final class RequestPlan implements PlanNames {

	private static final String EXPECTED = "a SpEL expression over the request such as claim('plan') or"
			+ " hasRole('PRO') ? 'pro' : 'free', or the name of a RateLimitPlanResolver bean";

	/** What could be the name of a bean. */
	private static final Pattern WORD = Pattern.compile("\\w+");

	private final RootExpression expression;

	private RequestPlan(RootExpression expression) {
		this.expression = expression;
	}

	/**
	 * Parses an expression.
	 * @param text the expression
	 * @param beans the beans that it can name
	 * @return what says the plan
	 * @throws InvalidPolicyException if it cannot be parsed, can be seen not to work, or
	 * is a word that says nothing of a request
	 */
	public static RequestPlan parse(String text, ListableBeanFactory beans) {
		if (text.isBlank() || (WORD.matcher(text).matches() && Arrays.stream(RateLimitRequest.class.getMethods())
			.noneMatch((method) -> method.getName().equals(text) && method.getParameterCount() == 0))) {
			throw new InvalidPolicyException("plan", text, EXPECTED,
					List.of(beans.getBeanNamesForType(RateLimitPlanResolver.class, true, false)));
		}
		return new RequestPlan(
				RootExpression.parse("plan", text, EXPECTED, RateLimitRequest.class, Set.of(String.class), beans));
	}

	/**
	 * Evaluates the expression.
	 * @throws RateLimitExpressionException if it fails, or gives anything but a text or
	 * null
	 */
	@Override
	public CompletableFuture<@Nullable String> of(String key, RateLimitRequest request) {
		Object result = this.expression.evaluate(request);
		if (result == null || result instanceof String) {
			return CompletableFuture.completedFuture((String) result);
		}
		throw this.expression.unfit(result, "no text");
	}

}
