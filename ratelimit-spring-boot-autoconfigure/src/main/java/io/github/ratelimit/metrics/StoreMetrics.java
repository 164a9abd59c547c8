package io.github.ratelimit.metrics;

import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * The meters of a store that are not about single decisions.
 */
public final class StoreMetrics {

	private final MeterRegistry registry;

	private final String store;

	/** Kept here, because the registry does not keep it. */
	private LongSupplier remembered = () -> 0;

	/**
	 * Creates meters.
	 * @param registry where they are registered
	 * @param store the kind of store
	 */
	public StoreMetrics(MeterRegistry registry, String store) {
		this.registry = registry;
		this.store = store;
	}

	/**
	 * Registers {@code ratelimit.overrides}.
	 * @param overrides how many overrides apply
	 * @return these meters
	 */
	public StoreMetrics overrides(IntSupplier overrides) {
		Gauge.builder("ratelimit.overrides", overrides::getAsInt)
			.description("Overrides of callers and policies that hold")
			.tag("store", this.store)
			.register(this.registry);
		return this;
	}

	/**
	 * Registers {@code ratelimit.store.circuit}.
	 * @param open whether the circuit is open
	 */
	public void circuit(BooleanSupplier open) {
		Gauge.builder("ratelimit.store.circuit", () -> open.getAsBoolean() ? 1 : 0)
			.description("1 while the store fails and is not asked, else 0")
			.tag("store", this.store)
			.register(this.registry);
	}

	/**
	 * Registers {@code ratelimit.rejections.remembered}.
	 * @param remembered how many calls were rejected without asking the store, a number
	 * that only grows
	 */
	public void remembered(LongSupplier remembered) {
		this.remembered = remembered;
		FunctionCounter.builder("ratelimit.rejections.remembered", this.remembered, LongSupplier::getAsLong)
			.description("Calls that were rejected without asking the store")
			.tag("store", this.store)
			.register(this.registry);
	}

	/**
	 * Registers {@code ratelimit.store.batch.size}.
	 * @return takes how many calls share one call of the script
	 */
	public IntConsumer batches() {
		DistributionSummary sizes = DistributionSummary.builder("ratelimit.store.batch.size")
			.description("Calls that share one call of the script")
			.tag("store", this.store)
			.register(this.registry);
		return sizes::record;
	}

}
