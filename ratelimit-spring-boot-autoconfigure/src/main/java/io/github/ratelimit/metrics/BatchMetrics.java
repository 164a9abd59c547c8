package io.github.ratelimit.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Shows in {@code ratelimit.store.batch.size} how many calls a store decides in one step.
 */
public final class BatchMetrics {

	private final DistributionSummary sizes;

	/**
	 * Registers the distribution.
	 * @param registry where it is registered
	 * @param store the kind of store
	 */
	public BatchMetrics(MeterRegistry registry, String store) {
		this.sizes = DistributionSummary.builder("ratelimit.store.batch.size")
			.description("Calls that share one call of the script")
			.tag("store", store)
			.register(registry);
	}

	/**
	 * Adds a batch.
	 * @param calls how many calls it has
	 */
	public void record(int calls) {
		this.sizes.record(calls);
	}

}
