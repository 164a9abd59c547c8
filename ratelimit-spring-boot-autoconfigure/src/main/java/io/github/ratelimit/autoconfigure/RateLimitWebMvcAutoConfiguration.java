package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.servlet.RateLimitExceptionResolver;
import io.github.ratelimit.web.servlet.RedirectFilter;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Auto-configuration for limits on requests that Spring MVC handles.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(WebMvcConfigurer.class)
@ConditionalOnBean(RateLimiter.class)
public final class RateLimitWebMvcAutoConfiguration {

	@Bean
	RateLimitFields rateLimitFields(RateLimitProperties properties) {
		return new RateLimitFields(properties.web().headers());
	}

	@Bean
	RateLimitWebMvcConfigurer rateLimitWebMvcConfigurer(RateLimiter rateLimiter, ConfiguredPolicies policies,
			ObjectProvider<RateLimitAnnotations> annotations, RateLimitFields fields, ListableBeanFactory beans) {
		return new RateLimitWebMvcConfigurer(rateLimiter, policies,
				annotations.getIfAvailable(RateLimitAnnotations::new), fields, beans);
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitExceptionResolver rateLimitExceptionResolver(RateLimitFields fields,
			ObjectProvider<RequestMappingHandlerAdapter> adapter) {
		return new RateLimitExceptionResolver(fields, adapter::getObject);
	}

	@Bean
	RedirectFilter rateLimitRedirectFilter() {
		return new RedirectFilter();
	}

}
