package io.github.ratelimit.metrics;

import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Shows in {@code ratelimit.store.circuit} whether the store is asked.
 */
public final class CircuitMetrics {

	/**
	 * Registers the gauge.
	 * @param registry where it is registered
	 * @param store the kind of store
	 * @param open whether the store is not asked
	 */
	public CircuitMetrics(MeterRegistry registry, String store, BooleanSupplier open) {
		Gauge.builder("ratelimit.store.circuit", () -> open.getAsBoolean() ? 1 : 0)
			.description("1 while the store fails and is not asked, else 0")
			.tag("store", store)
			.register(registry);
	}

}
