package io.github.ratelimit.memory;

import io.github.ratelimit.Limit;

/**
 * A window starts with its first call. Kept are its start and what was spent in it. Only
 * to the window that is kept can be given back; when all was, the next call starts
 * another.
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
		long used = used(now);
		if (used == 0) {
			this.start = now;
		}
		this.used = Math.min(used + cost, Limit.MAX_PERMITS);
	}

	@Override
	void giveBack(Limit limit, long now, long time, long cost) {
		long end = this.start + this.window;
		if (time >= this.start && time < end && now < end) {
			this.used = Math.max(0, this.used - cost);
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
