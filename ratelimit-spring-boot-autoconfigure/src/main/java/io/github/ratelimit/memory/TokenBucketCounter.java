package io.github.ratelimit.memory;

import io.github.ratelimit.Limit;

/**
 * The level is what is missing from a full bucket, counted in permits times milliseconds:
 * a permit weighs as much as the window, and each millisecond takes {@code permits} off.
 * So there are no fractions. Kept are the level and its time. A level kept from a larger
 * bucket counts as an empty one, so that nobody pays off at a low rate what a high one
 * lent.
 */
final class TokenBucketCounter extends LimitCounter {

	private final long window;

	private long time;

	private long level;

	TokenBucketCounter(long window) {
		this.window = window;
	}

	@Override
	long free(Limit limit, long now) {
		return (limit.burst() * this.window - level(limit, now)) / this.window;
	}

	@Override
	void charge(Limit limit, long now, long cost) {
		this.level = level(limit, now) + cost * this.window;
		this.time = Math.max(this.time, now);
	}

	@Override
	long waitFor(Limit limit, long now, long missing) {
		return untilFree(limit, now, free(limit, now) + missing);
	}

	@Override
	long replenishAfter(Limit limit, long now) {
		return (level(limit, now) == 0) ? 0 : untilFree(limit, now, free(limit, now) + 1);
	}

	@Override
	long resetAfter(Limit limit, long now) {
		return untilLevel(limit, now, 0);
	}

	private long untilFree(Limit limit, long now, long permits) {
		return untilLevel(limit, now, (limit.burst() - permits) * this.window);
	}

	private long untilLevel(Limit limit, long now, long wanted) {
		long level = level(limit, now);
		if (level <= wanted) {
			return 0;
		}
		long idle = Math.max(0, this.time - now);
		return idle + (level - wanted + limit.permits() - 1) / limit.permits();
	}

	private long level(Limit limit, long now) {
		long kept = Math.min(this.level, limit.burst() * this.window);
		long elapsed = Math.max(0, now - this.time);
		return (elapsed > kept / limit.permits()) ? 0 : kept - elapsed * limit.permits();
	}

}
