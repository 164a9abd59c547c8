package io.github.ratelimit.lease;

import java.util.function.LongSupplier;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreContract;

/**
 * Tests of {@link LeasingRateLimitStore} under policies that lease all they can: one
 * instance decides as if it had no lease.
 */
class LeasingRateLimitStoreTests extends RateLimitStoreContract {

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new LeasedPolicies(clock);
	}

}
