package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RateLimitProblems;
import io.github.ratelimit.web.Stage;
import io.github.ratelimit.web.reactive.RateLimitHandlerAdapter;
import io.github.ratelimit.web.reactive.RateLimitWebExceptionHandler;
import io.github.ratelimit.web.reactive.RateLimitWebFilter;
import io.github.ratelimit.web.reactive.ReactiveRateLimiter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;

/**
 * Auto-configuration for limits on requests that Spring WebFlux handles.
 */
@AutoConfiguration(after = RateLimitWebAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(WebFluxConfigurer.class)
@ConditionalOnBean(ConfiguredRequestPolicies.class)
public final class RateLimitWebFluxAutoConfiguration {

	@Bean
	ReloadableHandlers rateLimitHandlers(ConfiguredRequestPolicies policies,
			ObjectProvider<RateLimitAnnotations> annotations,
			@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
		return policies.handlers(annotations.getIfAvailable(RateLimitAnnotations::new), mapping.getPathPatternParser());
	}

	@Bean
	RateLimitHandlerAdapter rateLimitHandlerAdapter(RateLimiter rateLimiter, ReloadableHandlers handlers,
			RateLimitFields fields, Callers callers, ObjectProvider<HandlerAdapter> adapters) {
		return new RateLimitHandlerAdapter(new ReactiveRateLimiter(rateLimiter, handlers::byPath, fields, callers),
				handlers, SingletonSupplier.of(() -> adapters.orderedStream().toList()));
	}

	@Bean
	@Conditional(OnBeforeSecurityCondition.class)
	ReactiveRateLimiter rateLimitBeforeSecurity(RateLimiter rateLimiter, ConfiguredRequestPolicies policies,
			RateLimitFields fields, Callers callers,
			@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
		return new ReactiveRateLimiter(rateLimiter, policies.of(Stage.BEFORE_SECURITY, mapping.getPathPatternParser()),
				fields, callers);
	}

	@Bean
	@Conditional(OnBeforeSecurityCondition.class)
	RateLimitWebFilter rateLimitWebFilter(ObjectProvider<ReactiveRateLimiter> rateLimiter,
			ObjectProvider<CorsWebFilter> corsFilters, ObjectProvider<DispatcherHandler> dispatcher) {
		return new RateLimitWebFilter(SingletonSupplier.of(rateLimiter::getObject),
				SingletonSupplier.of(() -> corsFilters.orderedStream().toList()),
				SingletonSupplier.of(dispatcher::getObject));
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitWebExceptionHandler rateLimitWebExceptionHandler(RateLimitProblems problems, Callers callers,
			@Qualifier("responseEntityResultHandler") ObjectProvider<ResponseEntityResultHandler> writer) {
		return new RateLimitWebExceptionHandler(problems, callers, writer::getObject);
	}

}
