package io.github.ratelimit.web;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.AccessException;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelEvaluationException;
import org.springframework.expression.spel.SpelMessage;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.http.server.PathContainer;

/**
 * An expression of a policy in Spring's expression language, parsed once. The root is the
 * {@link RateLimitRequest} or the {@link RateLimitResponse}, so that
 * {@code hasRole('ADMIN')} and {@code status == 401} are conditions; beans are
 * {@code @name}.
 */
public final class PolicyExpression {

	private static final Log logger = LogFactory.getLog(PolicyExpression.class);

	private static final String PLAN = "a SpEL expression over the request such as claim('plan') or"
			+ " hasRole('PRO') ? 'pro' : 'free', or the name of a RateLimitPlanResolver bean";

	/** What could be the name of a bean. */
	private static final Pattern WORD = Pattern.compile("\\w+");

	private static final Set<SpelMessage> NOT_FOUND = EnumSet.of(SpelMessage.METHOD_NOT_FOUND,
			SpelMessage.PROPERTY_OR_FIELD_NOT_READABLE);

	/** What is wrong whatever the request is. All else may be due to the sample. */
	private static final Set<SpelMessage> CERTAIN = EnumSet.of(SpelMessage.METHOD_NOT_FOUND,
			SpelMessage.PROPERTY_OR_FIELD_NOT_READABLE, SpelMessage.PROPERTY_OR_FIELD_NOT_WRITABLE,
			SpelMessage.FUNCTION_NOT_DEFINED, SpelMessage.TYPE_NOT_FOUND, SpelMessage.CONSTRUCTOR_NOT_FOUND,
			SpelMessage.EXCEPTION_DURING_BEAN_RESOLUTION, SpelMessage.NOT_ASSIGNABLE, SpelMessage.NOT_COMPARABLE);

	private static final Pattern NAME = Pattern.compile("\\[(\\w+)");

	private final Expression expression;

	private final StandardEvaluationContext context = new StandardEvaluationContext();

	private PolicyExpression(Expression expression, BeanFactory beans) {
		this.expression = expression;
		this.context.setBeanResolver(new BeanFactoryResolver(beans));
	}

	/**
	 * Parses the condition under which requests are exempt.
	 * @param text the condition over a {@link RateLimitRequest}
	 * @param beans the beans that it can name
	 * @return the condition: false if its result is null; fails with a
	 * {@link RateLimitExpressionException} if that is anything else, or it fails
	 * @throws InvalidPolicyException if it cannot be parsed, or can be seen not to work
	 */
	public static Predicate<RateLimitRequest> unless(String text, BeanFactory beans) {
		return parse("unless", text, "a SpEL condition such as hasRole('ADMIN')", RateLimitRequest.class,
				Set.of(Boolean.class), beans)::test;
	}

	/**
	 * Parses the condition under which responses count. It comes too late to fail: then
	 * the response counts, and a WARN says so once.
	 * @param policy the name of the policy
	 * @param text the condition over a {@link RateLimitResponse}
	 * @param beans the beans that it can name
	 * @return the condition
	 * @throws InvalidPolicyException if it cannot be parsed, or can be seen not to work
	 */
	public static Predicate<RateLimitResponse> countWhen(String policy, String text, BeanFactory beans) {
		PolicyExpression expression = parse("count-when", text, "a SpEL condition such as status == 401",
				RateLimitResponse.class, Set.of(Boolean.class), beans);
		AtomicBoolean failed = new AtomicBoolean();
		return (response) -> {
			try {
				return expression.test(response);
			}
			catch (RateLimitExpressionException ex) {
				if (failed.compareAndSet(false, true)) {
					logger.warn("The count-when of rate limit policy '" + policy
							+ "' failed; the response was counted. Fix the expression.", ex);
				}
				return true;
			}
		};
	}

	/**
	 * Parses the permits that a request takes.
	 * @param text the expression over a {@link RateLimitRequest}
	 * @param beans the beans that it can name
	 * @return the cost, 0 or more; fails with a {@link RateLimitExpressionException} if
	 * the result is anything but a whole number that is not negative
	 * @throws InvalidPolicyException if it cannot be parsed, or can be seen not to work
	 */
	public static ToLongFunction<RateLimitRequest> cost(String text, BeanFactory beans) {
		return parse("cost", text, "a number, or a SpEL expression over the request such as method == 'GET' ? 1 : 5",
				RateLimitRequest.class, Set.of(Integer.class, Long.class), beans)::permits;
	}

	/**
	 * Parses the plan of a request.
	 * @param text the expression over a {@link RateLimitRequest}
	 * @param beans the beans that it can name
	 * @return the name of a plan, or null; fails with a
	 * {@link RateLimitExpressionException} if the result is anything else
	 * @throws InvalidPolicyException if it cannot be parsed, can be seen not to work, or
	 * is a word that says nothing of a request
	 */
	public static Function<RateLimitRequest, @Nullable String> plan(String text, ListableBeanFactory beans) {
		if (text.isBlank() || (WORD.matcher(text).matches() && Arrays.stream(RateLimitRequest.class.getMethods())
			.noneMatch((method) -> method.getName().equals(text) && method.getParameterCount() == 0))) {
			throw new InvalidPolicyException("plan", text, PLAN,
					List.of(beans.getBeanNamesForType(RateLimitPlanResolver.class, true, false)));
		}
		return parse("plan", text, PLAN, RateLimitRequest.class, Set.of(String.class), beans)::text;
	}

	/**
	 * Parses an expression, and tries it once on a root whose texts are empty.
	 * @param part the part of the policy that it is written in
	 * @param text the expression
	 * @param expected what would have been right
	 * @param root what is asked about
	 * @param results what it may result in
	 * @param beans the beans that it can name
	 * @return the expression
	 * @throws InvalidPolicyException if it cannot be parsed, or that shows that it cannot
	 * work
	 */
	private static PolicyExpression parse(String part, String text, String expected, Class<?> root,
			Set<Class<?>> results, BeanFactory beans) {
		SpelExpression parsed = parse(part, text, expected);
		Object result = null;
		try {
			result = parsed.getValue(trial(beans), Proxy.newProxyInstance(root.getClassLoader(),
					new Class<?>[] { root }, (proxy, method, arguments) -> sample(method.getReturnType())));
		}
		catch (SpelEvaluationException ex) {
			if (CERTAIN.contains(ex.getMessageCode())) {
				throw invalid(part, text, expected, root, ex);
			}
		}
		catch (RuntimeException ex) {
			// Beans are not asked at the start, and what fails may be due to the sample.
		}
		if (result != null && !results.contains(result.getClass())) {
			throw new InvalidPolicyException(part, text, expected);
		}
		return new PolicyExpression(parsed, beans);
	}

	private static StandardEvaluationContext trial(BeanFactory beans) {
		StandardEvaluationContext context = new StandardEvaluationContext();
		context.setBeanResolver((ignored, name) -> {
			if (!beans.containsBean(name)) {
				throw new AccessException("there is no bean '" + name + "'");
			}
			throw new IllegalStateException("Beans are not asked at the start");
		});
		return context;
	}

	private static @Nullable Object sample(Class<?> type) {
		if (type == String.class) {
			return "";
		}
		if (type == PathContainer.class) {
			return PathContainer.parsePath("/");
		}
		return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
	}

	/** Names what there is, and the nearest of it. */
	private static InvalidPolicyException invalid(String part, String text, String expected, Class<?> root,
			SpelEvaluationException failure) {
		List<String> known = Arrays.stream(root.getMethods()).map(Method::getName).distinct().sorted().toList();
		Matcher name = NAME.matcher(Arrays.toString(failure.getInserts()));
		if (!NOT_FOUND.contains(failure.getMessageCode()) || !name.lookingAt() || known.contains(name.group(1))) {
			Throwable cause = (failure.getCause() != null) ? failure.getCause() : failure;
			return new InvalidPolicyException(part, text, expected + ", but: " + cause.getMessage());
		}
		int start = text.startsWith(name.group(1), failure.getPosition()) ? failure.getPosition()
				: text.indexOf(name.group(1));
		int end = start + name.group(1).length();
		return new InvalidPolicyException(part, text,
				expected + ", but: there is no '" + name.group(1) + "', only " + String.join(", ", known),
				known.stream().map((right) -> text.substring(0, start) + right + text.substring(end)).toList());
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

	private boolean test(Object root) {
		Object result = evaluate(root);
		if (result == null || result instanceof Boolean) {
			return Boolean.TRUE.equals(result);
		}
		throw unfit(result, "neither true nor false");
	}

	private long permits(Object root) {
		Object result = evaluate(root);
		if (result instanceof Integer || result instanceof Long) {
			long cost = ((Number) result).longValue();
			if (cost >= 0 && cost <= Limit.MAX_PERMITS) {
				return cost;
			}
		}
		throw unfit(result, "no whole number from 0 to " + Limit.MAX_PERMITS);
	}

	private @Nullable String text(Object root) {
		Object result = evaluate(root);
		if (result == null || result instanceof String) {
			return (String) result;
		}
		throw unfit(result, "no text");
	}

	private @Nullable Object evaluate(Object root) {
		try {
			return this.expression.getValue(this.context, root);
		}
		catch (UnreadableRequestException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new RateLimitExpressionException(source(), "cannot be evaluated", ex);
		}
	}

	private RateLimitExpressionException unfit(@Nullable Object result, String expected) {
		return new RateLimitExpressionException(source(),
				"is " + expected + " but " + ((result != null) ? "a " + result.getClass().getSimpleName() : "null"),
				null);
	}

	private String source() {
		return this.expression.getExpressionString();
	}

}
