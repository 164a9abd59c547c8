package io.github.ratelimit.metrics;

import java.util.function.LongSupplier;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Shows in {@code ratelimit.rejections.remembered} how many calls were rejected without
 * asking the store.
 */
public final class RejectionMetrics {

	/** Kept here, because the registry does not keep it. */
	private final LongSupplier remembered;

	/**
	 * Registers the counter.
	 * @param registry where it is registered
	 * @param store the kind of store
	 * @param remembered how many calls that were, a number that only grows
	 */
	public RejectionMetrics(MeterRegistry registry, String store, LongSupplier remembered) {
		this.remembered = remembered;
		FunctionCounter.builder("ratelimit.rejections.remembered", this.remembered, LongSupplier::getAsLong)
			.description("Calls that were rejected without asking the store")
			.tag("store", store)
			.register(registry);
	}

}
