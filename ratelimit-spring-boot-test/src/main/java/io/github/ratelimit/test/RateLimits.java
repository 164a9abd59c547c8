package io.github.ratelimit.test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.memory.MemoryRateLimitStore;

/**
 * The limits of a test: their time, and what was spent.
 */
public final class RateLimits {

	/** Any day will do, as long as windows can lie before it. */
	private final AtomicLong millis = new AtomicLong(Duration.ofDays(1).toMillis());

	private final MemoryRateLimitStore store = new MemoryRateLimitStore(Long.MAX_VALUE, this.millis::get);

	/**
	 * Moves the clock by which permits come back, bans end, and windows pass.
	 * @param time how far, not negative, in whole milliseconds
	 */
	public void advance(Duration time) {
		if (time.isNegative() || time.getNano() % 1_000_000 != 0) {
			throw new IllegalArgumentException("The clock goes on in whole milliseconds, not by " + time);
		}
		this.millis.addAndGet(time.toMillis());
	}

	/**
	 * Forgets all that was spent, by whom and under which policy it may be, and lifts all
	 * bans.
	 */
	public void reset() {
		this.store.clear();
	}

	MemoryRateLimitStore store() {
		return this.store;
	}

}
