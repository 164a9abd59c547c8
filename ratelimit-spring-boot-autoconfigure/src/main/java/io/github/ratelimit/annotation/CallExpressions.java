package io.github.ratelimit.annotation;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.KeyText;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.StringUtils;

/**
 * What calls must pay: expressions over the arguments, parsed once.
 */
final class CallExpressions {

	private static final String ALL = "all";

	private final SpelExpressionParser parser = new SpelExpressionParser();

	private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	private final Map<String, SpelExpression> parsed = new ConcurrentHashMap<>();

	/** Stops a start with an expression that cannot be parsed or names no argument. */
	void check(RateLimitDeclaration declaration, String part, List<String> texts, Method method) {
		try {
			texts.forEach((text) -> check(part, text, method));
		}
		catch (InvalidPolicyException ex) {
			throw declaration.invalid(ex);
		}
	}

	/**
	 * What a call must pay.
	 * @return the charge, or null if the call is not counted
	 */
	@Nullable Charge charge(CallPolicy policy, MethodInvocation invocation, Method method, @Nullable BeanFactory beans) {
		MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(Root.of(invocation, method), method,
				invocation.getArguments(), this.names);
		if (beans != null) {
			context.setBeanResolver(new BeanFactoryResolver(beans));
		}
		if (!policy.unless().isEmpty()
				&& Boolean.TRUE.equals(parse(policy.unless()).getValue(context, Boolean.class))) {
			return null;
		}
		return new Charge(policy.policy(), key(policy.key(), context), cost(policy, context));
	}

	private String key(List<String> parts, MethodBasedEvaluationContext context) {
		if (parts.isEmpty() || parts.equals(List.of(ALL))) {
			return Charge.EVERYONE;
		}
		if (parts.size() > 1) {
			return parts.stream()
				.map((part) -> KeyText.escape(Objects.requireNonNullElse(evaluate(part, context), "")))
				.collect(Collectors.joining(String.valueOf(KeyText.SEPARATOR)));
		}
		String key = evaluate(parts.get(0), context);
		return StringUtils.hasLength(key) ? KeyText.escape(key) : Charge.EVERYONE;
	}

	private @Nullable String evaluate(String part, MethodBasedEvaluationContext context) {
		return part.equals(ALL) ? Charge.EVERYONE : parse(part).getValue(context, String.class);
	}

	private long cost(CallPolicy policy, MethodBasedEvaluationContext context) {
		if (policy.cost().isEmpty()) {
			return policy.policy().cost();
		}
		Long cost = parse(policy.cost()).getValue(context, Long.class);
		if (cost == null) {
			throw new IllegalArgumentException("The cost '" + policy.cost() + "' is null");
		}
		return cost;
	}

	private void check(String part, String text, Method method) {
		if (text.isEmpty() || text.equals(ALL)) {
			return;
		}
		try {
			check(part, parse(text), parse(text).getAST(), variables(method));
		}
		catch (ParseException ex) {
			throw new InvalidPolicyException(part, text,
					"a SpEL expression over the arguments, such as #order.id, but: " + ex.getSimpleMessage());
		}
	}

	private static void check(String part, SpelExpression expression, SpelNode node, Set<String> variables) {
		if (node instanceof VariableReference && !variables.contains(node.toStringAST())) {
			throw new InvalidPolicyException(part, expression.getExpressionString(),
					"variables out of " + variables.stream().sorted().toList() + ", not " + node.toStringAST());
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			check(part, expression, node.getChild(i), variables);
		}
	}

	private Set<String> variables(Method method) {
		Set<String> variables = new HashSet<>(Set.of("#root", "#this"));
		for (int i = 0; i < arguments(method); i++) {
			variables.addAll(Set.of("#p" + i, "#a" + i));
		}
		String[] names = this.names.getParameterNames(method);
		if (names != null) {
			Arrays.stream(names).filter(Objects::nonNull).map((name) -> "#" + name).forEach(variables::add);
		}
		return variables;
	}

	/** The last parameter of a suspending function is its continuation. */
	private static int arguments(Method method) {
		return method.getParameterCount() - (KotlinDetector.isSuspendingFunction(method) ? 1 : 0);
	}

	private SpelExpression parse(String text) {
		return this.parsed.computeIfAbsent(text, this.parser::parseRaw);
	}

	/**
	 * What {@code #root} is.
	 *
	 * @param method the method that is called
	 * @param methodName its name
	 * @param args its arguments
	 * @param target the bean
	 * @param targetClass the class of the bean
	 */
	record Root(Method method, String methodName, @Nullable Object[] args, @Nullable Object target,
			Class<?> targetClass) {

		static Root of(MethodInvocation invocation, Method method) {
			Object target = invocation.getThis();
			return new Root(method, method.getName(), Arrays.copyOf(invocation.getArguments(), arguments(method)),
					target, (target != null) ? target.getClass() : method.getDeclaringClass());
		}

	}

}
