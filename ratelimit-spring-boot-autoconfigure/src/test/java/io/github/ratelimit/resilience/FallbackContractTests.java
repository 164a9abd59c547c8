package io.github.ratelimit.resilience;

import java.util.function.LongSupplier;

import io.github.ratelimit.RateLimitStoreContract;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

/**
 * Whoever stands in for a store promises what every store does, where it is alone.
 */
class FallbackContractTests extends RateLimitStoreContract {

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return BrokenStore.beside(new MemoryRateLimitStore(1000, clock));
	}

}
