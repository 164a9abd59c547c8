package io.github.ratelimit.lease;

import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

import io.github.ratelimit.RateLimitStore;

/**
 * What leases are made with.
 *
 * @param store the store that decides
 * @param nanoTime a clock that never jumps
 * @param timer runs something after a number of nanoseconds
 * @param size how much a lease takes
 */
record Leasing(RateLimitStore store, LongSupplier nanoTime, LongFunction<Executor> timer, LeaseSize size) {

	long now() {
		return this.nanoTime.getAsLong();
	}

	void after(long nanos, Runnable task) {
		this.timer.apply(nanos).execute(task);
	}

}
