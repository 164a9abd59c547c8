package io.github.ratelimit.resilience;

import java.util.function.LongSupplier;

import io.github.ratelimit.SettlementContract;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

/**
 * Whoever stands in for a store settles as every store does, where it is alone.
 */
class FallbackSettlementTests extends SettlementContract {

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return BrokenStore.beside(new MemoryRateLimitStore(1000, clock));
	}

}
