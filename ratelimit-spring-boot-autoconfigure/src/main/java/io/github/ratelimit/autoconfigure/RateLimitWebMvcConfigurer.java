package io.github.ratelimit.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RateLimitKeyResolver;
import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.RequestExpression;
import io.github.ratelimit.web.RequestKey;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.RequestPolicy;
import io.github.ratelimit.web.servlet.RateLimitInterceptor;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * Adds the interceptor. Paths are parsed as those of handlers are, so that whatever
 * reaches a handler is counted.
 */
final class RateLimitWebMvcConfigurer implements WebMvcConfigurer, SmartInitializingSingleton {

	private final RateLimiter rateLimiter;

	private final ConfiguredPolicies policies;

	private final RateLimitFields fields;

	private final ListableBeanFactory beans;

	private final SingletonSupplier<RequestPolicies> byPath = SingletonSupplier.of(this::requestPolicies);

	private final SingletonSupplier<AnnotatedHandlers> handlers;

	RateLimitWebMvcConfigurer(RateLimiter rateLimiter, ConfiguredPolicies policies, RateLimitAnnotations annotations,
			RateLimitFields fields, ListableBeanFactory beans) {
		this.rateLimiter = rateLimiter;
		this.policies = policies;
		this.fields = fields;
		this.beans = beans;
		this.handlers = SingletonSupplier
			.of(() -> new AnnotatedHandlers(annotations, policies, this.byPath.obtain(), mapper()));
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(
				new RateLimitInterceptor(this.rateLimiter, this.byPath.obtain(), this.handlers.obtain(), this.fields));
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.handlers.obtain().check();
	}

	private RequestPolicies requestPolicies() {
		return new RequestPolicies(
				this.policies.map(mapper()).values().stream().filter((policy) -> !policy.paths().isEmpty()).toList());
	}

	private BiFunction<Policy, RateLimitProperties.Policy, RequestPolicy> mapper() {
		PathPatternParser parser = this.beans.getBean("mvcPatternParser", PathPatternParser.class);
		Map<String, RateLimitKeyResolver> keys = this.beans.getBeansOfType(RateLimitKeyResolver.class);
		return (policy, properties) -> requestPolicy(policy, properties, parser, keys);
	}

	private RequestPolicy requestPolicy(Policy policy, RateLimitProperties.Policy properties, PathPatternParser parser,
			Map<String, RateLimitKeyResolver> keys) {
		Predicate<RateLimitRequest> exempt = (properties.unless() != null)
				? RequestExpression.parse("unless", properties.unless(), this.beans) : (request) -> false;
		return new RequestPolicy(policy, patterns("paths", properties.paths(), parser),
				patterns("exclude-paths", properties.excludePaths(), parser), methods(properties.methods()),
				RequestKey.parse(properties.key(), keys), exempt);
	}

	private static List<PathPattern> patterns(String part, List<String> paths, PathPatternParser parser) {
		return paths.stream().map((path) -> pattern(part, path, parser)).toList();
	}

	private static PathPattern pattern(String part, String path, PathPatternParser parser) {
		try {
			return parser.parse(parser.initFullPathPattern(path));
		}
		catch (PatternParseException ex) {
			throw new InvalidPolicyException(part, path,
					"a path pattern such as /api/**, but: " + ex.toDetailedString());
		}
	}

	private static Set<String> methods(List<String> methods) {
		return methods.stream().map(RateLimitWebMvcConfigurer::method).collect(Collectors.toSet());
	}

	private static String method(String text) {
		RequestMethod method = RequestMethod.resolve(text.toUpperCase(Locale.ROOT));
		if (method == null) {
			throw new InvalidPolicyException("methods", text, "HTTP methods out of " + List.of(RequestMethod.values()));
		}
		return method.name();
	}

}
