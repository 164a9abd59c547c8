package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RateLimitProblems;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for what both web stacks share.
 */
@AutoConfiguration(after = RateLimitCallerAutoConfiguration.class)
@ConditionalOnBean(Callers.class)
public final class RateLimitWebAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RateLimitFields rateLimitFields(RateLimitProperties properties) {
		return new RateLimitFields(properties.web().headers());
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitProblems rateLimitProblems(RateLimitFields fields) {
		return new RateLimitProblems(fields);
	}

	@Bean
	ConfiguredRequestPolicies rateLimitRequestPolicies(ConfiguredPolicies policies, ListableBeanFactory beans) {
		return new ConfiguredRequestPolicies(policies, beans);
	}

}
