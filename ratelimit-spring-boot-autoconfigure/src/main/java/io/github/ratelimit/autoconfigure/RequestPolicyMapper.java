package io.github.ratelimit.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy;
import io.github.ratelimit.web.ListedCallers;
import io.github.ratelimit.web.PolicyChoice;
import io.github.ratelimit.web.PolicyExpression;
import io.github.ratelimit.web.RateLimitKeyResolver;
import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.RateLimitResponse;
import io.github.ratelimit.web.RequestKey;
import io.github.ratelimit.web.RequestPolicy;
import io.github.ratelimit.web.Stage;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * Makes of what is said of a policy what the web stacks ask. Paths are parsed as those of
 * handlers are, so that whatever reaches a handler is counted.
 */
final class RequestPolicyMapper {

	private static final Pattern KNOWN_LATER = Pattern.compile("\\b(principal|hasRole|claim|route)\\b");

	private static final Pattern FORM = Pattern.compile("\\b(form|param)\\s*\\(");

	private static final Pattern LITERAL = Pattern.compile("'[^']*'");

	private final ConfiguredPolicies policies;

	private final ConfiguredPlans plans;

	private final ListableBeanFactory beans;

	private final PathPatternParser parser;

	private final Map<String, RateLimitKeyResolver> keys;

	RequestPolicyMapper(ConfiguredPolicies policies, ConfiguredPlans plans, ListableBeanFactory beans,
			PathPatternParser parser) {
		this.policies = policies;
		this.plans = plans;
		this.beans = beans;
		this.parser = parser;
		this.keys = beans.getBeansOfType(RateLimitKeyResolver.class);
	}

	/** What a policy that applies to requests says of them. */
	RequestPolicy apply(Policy policy, RateLimitProperties.Policy properties) {
		RequestKey key = RequestKey
			.parse(properties.key(), this.keys, this.beans.getBean(RateLimitProperties.class).web().ipv6Prefix())
			.availableIn(properties.stage());
		return new RequestPolicy(policy, choice(policy, properties), patterns("paths", properties.paths()),
				patterns("exclude-paths", properties.excludePaths()), methods(properties.methods()), key,
				cost(policy, properties), exempt(properties), countWhen(policy, properties),
				key.names("form") || key.names("param") || asksForForm(properties));
	}

	private static boolean asksForForm(RateLimitProperties.Policy properties) {
		return Stream.of(properties.unless(), properties.costExpression(), properties.plan())
			.anyMatch((expression) -> expression != null && FORM.matcher(expression).find());
	}

	/** The same for a policy that a handler declares or names. */
	RequestPolicy ofHandler(Policy policy, RateLimitProperties.Policy properties) {
		if (properties.stage() == Stage.BEFORE_SECURITY) {
			throw new InvalidPolicyException("stage", properties.stage().toString(),
					"after-security, because handlers are found after it");
		}
		return apply(policy, properties);
	}

	/** What is elsewhere is found again with every request. */
	private @Nullable PolicyChoice choice(Policy policy, RateLimitProperties.Policy properties) {
		knownIn(properties.stage(), "plan", properties.plan(), "an expression");
		return this.policies.isElsewhere(policy.name())
				? (key, request) -> CompletableFuture.completedFuture(this.policies.current(policy.name()))
				: this.plans.of(policy, properties);
	}

	private ToLongFunction<RateLimitRequest> cost(Policy policy, RateLimitProperties.Policy properties) {
		String expression = properties.costExpression();
		if (expression != null) {
			return PolicyExpression.cost(expression, this.beans);
		}
		if (!this.policies.isElsewhere(policy.name())) {
			return (request) -> policy.cost();
		}
		long fixed = properties.fixedCost();
		return (request) -> properties.saysCost() ? fixed : this.policies.current(policy.name()).cost();
	}

	private static void knownIn(Stage stage, String part, @Nullable String expression, String kind) {
		if (stage == Stage.BEFORE_SECURITY && expression != null
				&& KNOWN_LATER.matcher(LITERAL.matcher(expression).replaceAll("")).find()) {
			throw new InvalidPolicyException(part, expression, kind
					+ " over what is known before security: not the principal, its roles and claims, or the route");
		}
	}

	private @Nullable Predicate<RateLimitResponse> countWhen(Policy policy, RateLimitProperties.Policy properties) {
		return (properties.countWhen() != null)
				? PolicyExpression.countWhen(policy.name(), properties.countWhen(), this.beans) : null;
	}

	private Predicate<RateLimitRequest> exempt(RateLimitProperties.Policy properties) {
		if (properties.stage() == Stage.BEFORE_SECURITY && !properties.exemptRoles().isEmpty()) {
			throw new InvalidPolicyException("exempt-roles", String.join(", ", properties.exemptRoles()),
					"none, because before security nobody has a role");
		}
		knownIn(properties.stage(), "unless", properties.unless(), "a condition");
		Predicate<RateLimitRequest> listed = ListedCallers.parse("exempt-addresses", properties.exemptAddresses(),
				properties.exemptRoles());
		return (properties.unless() != null) ? listed.or(PolicyExpression.unless(properties.unless(), this.beans))
				: listed;
	}

	private List<PathPattern> patterns(String part, List<String> paths) {
		return paths.stream().map((path) -> pattern(part, path)).toList();
	}

	private PathPattern pattern(String part, String path) {
		try {
			return this.parser.parse(this.parser.initFullPathPattern(path));
		}
		catch (PatternParseException ex) {
			throw new InvalidPolicyException(part, path,
					"a path pattern such as /api/**, but: " + ex.toDetailedString());
		}
	}

	private static Set<String> methods(List<String> methods) {
		return methods.stream().map(RequestPolicyMapper::method).collect(Collectors.toSet());
	}

	private static String method(String text) {
		RequestMethod method = RequestMethod.resolve(text.toUpperCase(Locale.ROOT));
		if (method == null) {
			throw new InvalidPolicyException("methods", text, "HTTP methods out of " + List.of(RequestMethod.values()),
					Stream.of(RequestMethod.values()).map(RequestMethod::name).toList());
		}
		return method.name();
	}

}
