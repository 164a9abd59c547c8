package io.github.ratelimit.autoconfigure;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

import io.github.ratelimit.Policy;
import io.github.ratelimit.annotation.LimitedMethod;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.web.HandlerPolicies;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.RequestPolicy;

import org.springframework.core.MethodClassKey;

/**
 * The policies of annotated handlers.
 */
final class AnnotatedHandlers implements HandlerPolicies {

	private final Map<MethodClassKey, RequestPolicies> handlers = new ConcurrentHashMap<>();

	private final RateLimitAnnotations annotations;

	private final ConfiguredPolicies policies;

	private final RequestPolicies byPath;

	private final BiFunction<Policy, RateLimitProperties.Policy, RequestPolicy> mapper;

	AnnotatedHandlers(RateLimitAnnotations annotations, ConfiguredPolicies policies, RequestPolicies byPath,
			BiFunction<Policy, RateLimitProperties.Policy, RequestPolicy> mapper) {
		this.annotations = annotations;
		this.policies = policies;
		this.byPath = byPath;
		this.mapper = mapper;
	}

	@Override
	public RequestPolicies of(Method method, Class<?> type) {
		return this.handlers.computeIfAbsent(new MethodClassKey(method, type), (key) -> {
			this.annotations.inspect(type);
			return policies(this.annotations.of(method, type));
		});
	}

	/** The policies of requests whatever their handler says. */
	RequestPolicies byPath() {
		return this.byPath;
	}

	/** Finds the mistakes of all annotations on handlers. */
	void check() {
		this.annotations.handlers().forEach((handler) -> of(handler.method(), handler.type()));
	}

	private RequestPolicies policies(LimitedMethod handler) {
		if (handler.exempt()) {
			return this.byPath.none();
		}
		if (!handler.handler()) {
			return this.byPath;
		}
		return this.byPath.with(handler.declarations()
			.stream()
			.map((declaration) -> this.policies.map(declaration, this.mapper))
			.filter(Objects::nonNull)
			.map(RequestPolicy::onEveryPath)
			.toList());
	}

}
