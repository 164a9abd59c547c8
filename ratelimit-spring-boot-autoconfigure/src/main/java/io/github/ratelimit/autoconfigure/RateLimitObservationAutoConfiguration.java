package io.github.ratelimit.autoconfigure;

import io.micrometer.observation.ObservationRegistry;

import io.github.ratelimit.metrics.ObservedRateLimitStore;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration for decisions in traces.
 */
@AutoConfiguration(before = RateLimitAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
public final class RateLimitObservationAutoConfiguration {

	@Bean
	@Order(RateLimitStoreDecorator.OBSERVATIONS)
	RateLimitStoreDecorator rateLimitObservations(ObservationRegistry registry) {
		return (store) -> new ObservedRateLimitStore(store, registry);
	}

}
