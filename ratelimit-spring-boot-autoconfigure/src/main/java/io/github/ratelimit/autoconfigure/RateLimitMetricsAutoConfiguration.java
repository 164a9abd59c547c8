package io.github.ratelimit.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;

import io.github.ratelimit.RateLimitOverrides;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.metrics.DecisionMetrics;
import io.github.ratelimit.metrics.MeteredRateLimitStore;
import io.github.ratelimit.metrics.StoreMetrics;
import io.github.ratelimit.redis.RedisBatchListener;
import io.github.ratelimit.resilience.Circuit;
import io.github.ratelimit.resilience.DeadlineRateLimitStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration for meters on the application's registry.
 */
@AutoConfiguration(after = RateLimitFailureAutoConfiguration.class, before = RateLimitAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public final class RateLimitMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	DecisionMetrics rateLimitDecisionMetrics(MeterRegistry registry) {
		return new DecisionMetrics(registry);
	}

	@Bean
	@ConditionalOnBean(RateLimitStore.class)
	StoreMetrics rateLimitStoreMeters(MeterRegistry registry, RateLimitStore store, RateLimitOverrides overrides,
			ObjectProvider<Circuit> circuit, ObjectProvider<RememberedRejections> rejections) {
		StoreMetrics metrics = new StoreMetrics(registry, store.name()).overrides(() -> overrides.list().size());
		circuit.ifAvailable((found) -> metrics.circuit(() -> found.status().open()));
		rejections.ifAvailable((found) -> metrics.remembered(found::count));
		return metrics;
	}

	/** The store itself needs it, so it cannot be asked for its name. */
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(DeadlineRateLimitStore.class)
	RedisBatchListener rateLimitBatchMetrics(MeterRegistry registry) {
		return new StoreMetrics(registry, "redis").batches()::accept;
	}

	@Bean
	@Order(RateLimitStoreDecorator.METRICS)
	RateLimitStoreDecorator rateLimitStoreMetrics(MeterRegistry registry) {
		return (store) -> new MeteredRateLimitStore(store, registry);
	}

}
