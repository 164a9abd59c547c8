package io.github.ratelimit.memory;

import java.util.function.LongSupplier;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.SettlementContract;

/**
 * Tests of how {@link MemoryRateLimitStore} settles.
 */
class MemorySettlementTests extends SettlementContract {

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new MemoryRateLimitStore(1000, clock);
	}

}
