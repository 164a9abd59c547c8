package io.github.ratelimit.memory;

import io.github.ratelimit.Limit;

/**
 * A window starts with its first call. Kept are its start and what was spent in it.
 */
final class FixedWindowCounter extends LimitCounter {

	private final long window;

	private long start;

	private long used;

	FixedWindowCounter(long window) {
		this.window = window;
	}

	@Override
	long free(Limit limit, long now) {
		return limit.permits() - used(now);
	}

	@Override
	void charge(Limit limit, long now, long cost) {
		this.used = used(now) + cost;
		if (this.used == cost) {
			this.start = now;
		}
	}

	@Override
	long waitFor(Limit limit, long now, long missing) {
		return resetAfter(limit, now);
	}

	@Override
	long replenishAfter(Limit limit, long now) {
		return resetAfter(limit, now);
	}

	@Override
	long resetAfter(Limit limit, long now) {
		return (used(now) == 0) ? 0 : this.start + this.window - now;
	}

	private long used(long now) {
		return (now >= this.start + this.window) ? 0 : this.used;
	}

}
