package io.github.ratelimit.lease;

import java.util.function.LongSupplier;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.SettlementContract;

/**
 * Tests of how {@link LeasingRateLimitStore} settles, under policies that lease all they
 * can.
 */
class LeasingSettlementTests extends SettlementContract {

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new LeasedPolicies(clock);
	}

}
