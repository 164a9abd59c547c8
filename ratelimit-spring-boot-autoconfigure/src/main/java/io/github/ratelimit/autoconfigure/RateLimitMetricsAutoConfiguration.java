package io.github.ratelimit.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;

import io.github.ratelimit.RateLimitOverrides;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.metrics.BatchMetrics;
import io.github.ratelimit.metrics.CircuitMetrics;
import io.github.ratelimit.metrics.DecisionMetrics;
import io.github.ratelimit.metrics.MeteredRateLimitStore;
import io.github.ratelimit.metrics.OverrideMetrics;
import io.github.ratelimit.metrics.RejectionMetrics;
import io.github.ratelimit.redis.RedisBatchListener;
import io.github.ratelimit.resilience.Circuit;
import io.github.ratelimit.resilience.DeadlineRateLimitStore;

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
@AutoConfiguration(after = { RateLimitFailureAutoConfiguration.class, RememberedRejectionsAutoConfiguration.class },
		before = RateLimitAutoConfiguration.class,
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
	@ConditionalOnBean(Circuit.class)
	CircuitMetrics rateLimitCircuitMetrics(MeterRegistry registry, RateLimitStore store, Circuit circuit) {
		return new CircuitMetrics(registry, store.name(), () -> circuit.status().open());
	}

	@Bean
	@ConditionalOnBean(RateLimitStore.class)
	OverrideMetrics rateLimitOverrideMetrics(MeterRegistry registry, RateLimitStore store,
			RateLimitOverrides overrides) {
		return new OverrideMetrics(registry, store.name(), () -> overrides.list().size());
	}

	@Bean
	@ConditionalOnBean(RememberedRejections.class)
	RejectionMetrics rateLimitRejectionMetrics(MeterRegistry registry, RateLimitStore store,
			RememberedRejections rejections) {
		return new RejectionMetrics(registry, store.name(), rejections::count);
	}

	/** The store itself needs it, so it cannot be asked for its name. */
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(DeadlineRateLimitStore.class)
	RedisBatchListener rateLimitBatchMetrics(MeterRegistry registry) {
		return new BatchMetrics(registry, "redis")::record;
	}

	@Bean
	@Order(RateLimitStoreDecorator.METRICS)
	RateLimitStoreDecorator rateLimitStoreMetrics(MeterRegistry registry) {
		return (store) -> new MeteredRateLimitStore(store, registry);
	}

}
