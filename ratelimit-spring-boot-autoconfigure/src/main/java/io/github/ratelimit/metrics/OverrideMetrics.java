package io.github.ratelimit.metrics;

import java.util.function.IntSupplier;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Shows in {@code ratelimit.overrides} how much holds instead of the configuration.
 */
public final class OverrideMetrics {

	/**
	 * Registers the gauge.
	 * @param registry where it is registered
	 * @param store the kind of store
	 * @param overrides how many overrides hold
	 */
	public OverrideMetrics(MeterRegistry registry, String store, IntSupplier overrides) {
		Gauge.builder("ratelimit.overrides", overrides::getAsInt)
			.description("Overrides of callers and policies that hold")
			.tag("store", store)
			.register(registry);
	}

}
