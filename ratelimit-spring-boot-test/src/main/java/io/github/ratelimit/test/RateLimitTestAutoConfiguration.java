package io.github.ratelimit.test;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.autoconfigure.MemoryRateLimitStoreAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitFailureAutoConfiguration;
import io.github.ratelimit.autoconfigure.RedisRateLimitStoreAutoConfiguration;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Auto-configuration for limits that a test keeps.
 */
@AutoConfiguration(before = { RedisRateLimitStoreAutoConfiguration.class, MemoryRateLimitStoreAutoConfiguration.class,
		RateLimitFailureAutoConfiguration.class })
public final class RateLimitTestAutoConfiguration {

	private static final String STORE = "rateLimitTestStore";

	/** What the application prefers otherwise is preferred no more. */
	@Bean
	static BeanFactoryPostProcessor rateLimitTestStorePreference() {
		return (beans) -> {
			for (String name : beans.getBeanNamesForType(RateLimitStore.class, true, false)) {
				if (!name.equals(STORE) && beans.containsBeanDefinition(name)) {
					beans.getBeanDefinition(name).setPrimary(false);
				}
			}
		};
	}

	@Bean
	RateLimits rateLimits() {
		return new RateLimits();
	}

	/** Each store that is configured otherwise backs off from it, or comes after it. */
	@Bean(STORE)
	@Primary
	@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
	MemoryRateLimitStore rateLimitTestStore(RateLimits limits) {
		return limits.store();
	}

}
