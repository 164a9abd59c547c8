package io.github.ratelimit.autoconfigure;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Caffeine;

import io.github.ratelimit.InvalidPolicyException;
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

	private static final Duration LONGEST = Duration.ofMinutes(1);

	/** What is answered from memory is no call of the store: this lies around meters. */
	@Bean
	@Order(RateLimitStoreDecorator.REJECTIONS)
	RememberedRejections rateLimitRememberedRejections(RateLimitProperties properties) {
		Duration longest = properties.store().rememberRejections();
		if (longest.isNegative() || longest.compareTo(LONGEST) > 0) {
			throw new InvalidRateLimitPropertyException("ratelimit.store.remember-rejections",
					new InvalidPolicyException("remember-rejections", longest.toString(), "a time from 0 to 1 min"));
		}
		return new RememberedRejections(longest);
	}

}
