package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.ListedCallers;
import io.github.ratelimit.web.RateLimitExemption;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RateLimitKeyResolver;
import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.RequestExpression;
import io.github.ratelimit.web.RequestKey;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.RequestPolicy;
import io.github.ratelimit.web.servlet.RateLimitInterceptor;

import org.springframework.beans.factory.ListableBeanFactory;
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
final class RateLimitWebMvcConfigurer implements WebMvcConfigurer {

	private final RateLimiter rateLimiter;

	private final ConfiguredPolicies policies;

	private final RateLimitFields fields;

	private final ListableBeanFactory beans;

	RateLimitWebMvcConfigurer(RateLimiter rateLimiter, ConfiguredPolicies policies, RateLimitFields fields,
			ListableBeanFactory beans) {
		this.rateLimiter = rateLimiter;
		this.policies = policies;
		this.fields = fields;
		this.beans = beans;
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(new RateLimitInterceptor(this.rateLimiter, requestPolicies(), this.fields,
				this.beans.getBean(Callers.class)));
	}

	private RequestPolicies requestPolicies() {
		PathPatternParser parser = this.beans.getBean("mvcPatternParser", PathPatternParser.class);
		Map<String, RateLimitKeyResolver> keys = this.beans.getBeansOfType(RateLimitKeyResolver.class);
		List<RequestPolicy> applied = new ArrayList<>();
		this.policies.map((policy, properties) -> requestPolicy(policy, properties, parser, keys))
			.forEach((name, policy) -> {
				if (!policy.paths().isEmpty()) {
					applied.add(policy);
				}
			});
		return new RequestPolicies(applied,
				this.beans.getBeanProvider(RateLimitExemption.class).orderedStream().toList());
	}

	private RequestPolicy requestPolicy(Policy policy, RateLimitProperties.Policy properties, PathPatternParser parser,
			Map<String, RateLimitKeyResolver> keys) {
		return new RequestPolicy(policy, patterns("paths", properties.paths(), parser),
				patterns("exclude-paths", properties.excludePaths(), parser), methods(properties.methods()), RequestKey
					.parse(properties.key(), keys, this.beans.getBean(RateLimitProperties.class).web().ipv6Prefix()),
				exempt(properties));
	}

	private Predicate<RateLimitRequest> exempt(RateLimitProperties.Policy properties) {
		Predicate<RateLimitRequest> listed = ListedCallers.parse(properties.exemptAddresses(),
				properties.exemptRoles());
		return (properties.unless() != null)
				? listed.or(RequestExpression.parse("unless", properties.unless(), this.beans)) : listed;
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
