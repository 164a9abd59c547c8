package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.function.LongSupplier;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.SettlementContract;
import io.github.ratelimit.memory.MemoryRateLimitStore;

/**
 * Whoever remembers settles as every store does.
 */
class RememberingSettlementTests extends SettlementContract {

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new RememberingRateLimitStore(new MemoryRateLimitStore(1000, clock), Duration.ofMinutes(1),
				() -> clock.getAsLong() * 1_000_000);
	}

}
