package io.github.ratelimit.resilience;

import java.util.function.LongSupplier;

import io.github.ratelimit.BanContract;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

/**
 * Whoever stands in for a store bans as every store does.
 */
class FallbackBanTests extends BanContract {

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return BrokenStore.beside(new MemoryRateLimitStore(1000, clock));
	}

}
