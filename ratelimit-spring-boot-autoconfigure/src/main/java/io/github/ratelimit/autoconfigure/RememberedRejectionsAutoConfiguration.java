package io.github.ratelimit.autoconfigure;

import com.github.benmanes.caffeine.cache.Caffeine;

import io.github.ratelimit.resilience.DeadlineRateLimitStore;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration for the memory of rejections, where the store is elsewhere.
 */
@AutoConfiguration(after = RedisRateLimitStoreAutoConfiguration.class, before = RateLimitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnClass(Caffeine.class)
@ConditionalOnBean(DeadlineRateLimitStore.class)
public final class RememberedRejectionsAutoConfiguration {

	/** What is answered from memory is no call of the store: this lies around meters. */
	@Bean
	@Order(RateLimitStoreDecorator.REJECTIONS)
	RememberedRejections rateLimitRememberedRejections(RateLimitProperties properties) {
		return new RememberedRejections(properties.store().rememberRejections());
	}

}
