package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RateLimitProblems;
import io.github.ratelimit.web.Stage;
import io.github.ratelimit.web.servlet.ExceptionResolvers;
import io.github.ratelimit.web.servlet.PreFlights;
import io.github.ratelimit.web.servlet.RateLimitExceptionResolver;
import io.github.ratelimit.web.servlet.RateLimitFilter;
import io.github.ratelimit.web.servlet.RateLimitInterceptor;
import io.github.ratelimit.web.servlet.ServletRateLimiter;
import io.github.ratelimit.web.servlet.SettlementFilter;
import io.github.ratelimit.web.servlet.UnmatchedRequestResolver;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.util.UrlPathHelper;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Auto-configuration for limits on requests that Spring MVC handles.
 */
@AutoConfiguration(after = RateLimitWebAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(WebMvcConfigurer.class)
@ConditionalOnBean(ConfiguredRequestPolicies.class)
public final class RateLimitWebMvcAutoConfiguration {

	/** The order of Spring Security's filter unless it is configured. */
	private static final int SECURITY_ORDER = -100;

	@Bean
	ReloadableHandlers rateLimitHandlers(ConfiguredRequestPolicies policies,
			ObjectProvider<RateLimitAnnotations> annotations, @Qualifier("mvcPatternParser") PathPatternParser parser) {
		return policies.handlers(annotations.getIfAvailable(RateLimitAnnotations::new), parser);
	}

	@Bean
	ServletRateLimiter rateLimitAfterSecurity(RateLimiter rateLimiter, ReloadableHandlers handlers,
			RateLimitFields fields, Callers callers) {
		return new ServletRateLimiter(rateLimiter, handlers::byPath, fields, callers);
	}

	/**
	 * As a bean of this type it is found by every handler mapping, not only by MVC's own.
	 */
	@Bean
	MappedInterceptor rateLimitInterceptor(@Qualifier("rateLimitAfterSecurity") ServletRateLimiter rateLimiter,
			ReloadableHandlers handlers) {
		return new MappedInterceptor(null, new RateLimitInterceptor(rateLimiter, handlers));
	}

	@Bean
	UnmatchedRequestResolver rateLimitUnmatchedRequestResolver(
			@Qualifier("rateLimitAfterSecurity") ServletRateLimiter rateLimiter,
			ObjectProvider<HandlerExceptionResolver> resolvers) {
		return new UnmatchedRequestResolver(rateLimiter, inOrder(resolvers));
	}

	@Bean
	@Conditional(OnBeforeSecurityCondition.class)
	ServletRateLimiter rateLimitBeforeSecurity(RateLimiter rateLimiter, ConfiguredRequestPolicies policies,
			RateLimitFields fields, Callers callers, @Qualifier("mvcPatternParser") PathPatternParser parser) {
		return new ServletRateLimiter(rateLimiter, policies.of(Stage.BEFORE_SECURITY, parser), fields, callers);
	}

	/**
	 * Finds what it needs with the first request, because filters are created before most
	 * other beans.
	 */
	@Bean
	@Conditional(OnBeforeSecurityCondition.class)
	RateLimitFilter rateLimitFilter(
			@Qualifier("rateLimitBeforeSecurity") ObjectProvider<ServletRateLimiter> rateLimiter,
			ObjectProvider<HandlerExceptionResolver> resolvers, ListableBeanFactory beans, Environment environment) {
		PreFlights preFlights = new PreFlights(SingletonSupplier.of(() -> corsFilters(beans)),
				SingletonSupplier.of(() -> beans.getBeanProvider(HandlerMapping.class).orderedStream().toList()));
		return new RateLimitFilter(SingletonSupplier.of(rateLimiter::getObject), inOrder(resolvers), preFlights,
				environment.getProperty("spring.security.filter.order", Integer.class, SECURITY_ORDER) + 1);
	}

	/** One that is registered answers where it is, others answer everywhere. */
	private static List<Filter> corsFilters(ListableBeanFactory beans) {
		ObjectProvider<FilterRegistrationBean<?>> registrations = beans
			.getBeanProvider(ResolvableType.forClass(FilterRegistrationBean.class));
		List<FilterRegistrationBean<?>> registered = registrations.orderedStream()
			.filter((registration) -> registration.getFilter() instanceof CorsFilter)
			.toList();
		List<Filter> filters = new ArrayList<>();
		for (FilterRegistrationBean<?> registration : registered) {
			boolean everywhere = registration.getServletNames().isEmpty()
					&& registration.getServletRegistrationBeans().isEmpty();
			if (registration.isEnabled() && (everywhere || !registration.getUrlPatterns().isEmpty())) {
				filters.add(where(Objects.requireNonNull(registration.getFilter()), registration.getUrlPatterns()));
			}
		}
		beans.getBeansOfType(CorsFilter.class).forEach((name, filter) -> {
			FilterRegistration annotation = beans.findAnnotationOnBean(name, FilterRegistration.class);
			if (registered.stream().noneMatch((other) -> other.getFilter() == filter)
					&& (annotation == null || annotation.enabled())) {
				filters.add(where(filter, (annotation != null) ? List.of(annotation.urlPatterns()) : List.of()));
			}
		});
		return filters;
	}

	private static Filter where(Filter filter, Collection<String> patterns) {
		return (request, response, chain) -> {
			String path = UrlPathHelper.defaultInstance.getPathWithinApplication((HttpServletRequest) request);
			if (patterns.isEmpty() || patterns.stream().anyMatch((pattern) -> matches(pattern, path))) {
				filter.doFilter(request, response, chain);
			}
			else {
				chain.doFilter(request, response);
			}
		};
	}

	/** As the servlet specification says. */
	private static boolean matches(String pattern, String path) {
		if (pattern.endsWith("/*")) {
			return (path + "/").startsWith(pattern.substring(0, pattern.length() - 1));
		}
		return pattern.startsWith("*.") ? path.endsWith(pattern.substring(1)) : path.equals(pattern);
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitExceptionResolver rateLimitExceptionResolver(RateLimitProblems problems, Callers callers,
			@Qualifier("requestMappingHandlerAdapter") ObjectProvider<RequestMappingHandlerAdapter> adapter) {
		return new RateLimitExceptionResolver(problems, callers, adapter::getObject);
	}

	@Bean
	SettlementFilter rateLimitSettlementFilter(ObjectProvider<ReloadablePolicies> policies) {
		SingletonSupplier<ReloadablePolicies> found = SingletonSupplier.of(policies::getObject);
		return new SettlementFilter(() -> found.obtain().now().settles());
	}

	private static ExceptionResolvers inOrder(ObjectProvider<HandlerExceptionResolver> resolvers) {
		return new ExceptionResolvers(SingletonSupplier.of(() -> resolvers.orderedStream().toList()));
	}

}
