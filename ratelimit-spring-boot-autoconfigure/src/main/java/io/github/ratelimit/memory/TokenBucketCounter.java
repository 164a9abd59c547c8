package io.github.ratelimit.memory;

import io.github.ratelimit.Limit;

/**
 * The level is what is missing from a full bucket, counted in permits times milliseconds:
 * a permit weighs as much as the window, and each millisecond takes {@code permits} off.
 * So there are no fractions. Kept are the level and its time. A level kept from a larger
 * bucket counts as an empty one, so that nobody pays off at a low rate what a high one
 * lent.
 * <p>
 * Other calls may have kept the level up, or the bucket may have been full meanwhile: how
 * much of a charge has come back, the level does not tell. So it takes all as come back
 * that could have, {@code permits} for each millisecond since the decision, and gives
 * back the rest. Less than all of it may be given back, but never more: whatever is
 * settled, and in whichever order, the level stays at or above what it would be if each
 * call had been charged at once what it cost.
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
		long full = limit.burst() * this.window;
		keep(Math.min(level(limit, now) + Math.min(cost, limit.burst()) * this.window, full), now);
	}

	@Override
	void giveBack(Limit limit, long now, long time, long cost) {
		long elapsed = Math.max(this.time, now) - time;
		long left = drained(Math.min(cost, limit.burst()) * this.window, elapsed, limit);
		if (left > 0 && level(limit, now) > 0) {
			keep(Math.max(0, level(limit, now) - left), now);
		}
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
		return drained(Math.min(this.level, limit.burst() * this.window), now - this.time, limit);
	}

	private void keep(long level, long now) {
		this.level = level;
		this.time = (level == 0) ? 0 : Math.max(this.time, now);
	}

	/** What is left of a level after a time. */
	private static long drained(long level, long elapsed, Limit limit) {
		long time = Math.max(0, elapsed);
		return (time > level / limit.permits()) ? 0 : level - time * limit.permits();
	}

}
