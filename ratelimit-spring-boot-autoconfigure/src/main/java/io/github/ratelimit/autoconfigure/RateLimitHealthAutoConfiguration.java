package io.github.ratelimit.autoconfigure;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.actuate.RateLimitHealthIndicator;
import io.github.ratelimit.resilience.Circuit;
import io.github.ratelimit.resilience.CircuitRateLimitStore;
import io.github.ratelimit.resilience.CircuitStatus;
import io.github.ratelimit.resilience.Instances;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health of the store.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(RateLimitStore.class)
public final class RateLimitHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "rateLimitHealthIndicator")
	@ConditionalOnEnabledHealthIndicator("ratelimit")
	RateLimitHealthIndicator rateLimitHealthIndicator(RateLimitStore store, RateLimitProperties properties,
			ObjectProvider<Circuit> circuit, ObjectProvider<Instances> instances) {
		Circuit available = circuit.getIfAvailable();
		RateLimitStore asked = (available != null)
				? new CircuitRateLimitStore(RateLimitFailureAutoConfiguration.timely(store, properties), available)
				: store;
		return new RateLimitHealthIndicator(asked, properties.health().downOnFailure() ? Status.DOWN : Status.UNKNOWN,
				() -> details((available != null) ? available.status() : null, instances.getIfAvailable()));
	}

	private static Map<String, Object> details(@Nullable CircuitStatus circuit, @Nullable Instances instances) {
		Map<String, Object> details = new LinkedHashMap<>();
		if (circuit != null) {
			Instant now = Instant.now();
			details.put("circuit", circuit.open() ? "open" : "closed");
			details.put("since", now.minus(circuit.age()).truncatedTo(ChronoUnit.SECONDS).toString());
			if (circuit.open()) {
				details.put("nextProbe", now.plus(circuit.untilProbe()).truncatedTo(ChronoUnit.SECONDS).toString());
			}
		}
		if (instances != null) {
			details.put("instances", instances.getAsInt());
		}
		return details;
	}

}
