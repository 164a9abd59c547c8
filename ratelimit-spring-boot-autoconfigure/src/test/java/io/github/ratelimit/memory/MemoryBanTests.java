package io.github.ratelimit.memory;

import java.util.function.LongSupplier;

import io.github.ratelimit.BanContract;
import io.github.ratelimit.RateLimitStore;

/**
 * Tests of how {@link MemoryRateLimitStore} bans.
 */
class MemoryBanTests extends BanContract {

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new MemoryRateLimitStore(1000, clock);
	}

}
