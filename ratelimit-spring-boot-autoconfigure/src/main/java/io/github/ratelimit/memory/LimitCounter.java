package io.github.ratelimit.memory;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;

/**
 * What one caller has spent under one limit. Looking changes nothing, so that only
 * charges are remembered, as in Redis. Times are milliseconds; not safe for several
 * threads.
 */
abstract sealed class LimitCounter permits SlidingWindowCounter, TokenBucketCounter, FixedWindowCounter {

	static LimitCounter create(Algorithm algorithm, Limit limit) {
		long window = limit.window().toMillis();
		return switch (algorithm) {
			case SLIDING_WINDOW -> new SlidingWindowCounter(window);
			case TOKEN_BUCKET -> new TokenBucketCounter(window);
			case FIXED_WINDOW -> new FixedWindowCounter(window);
		};
	}

	/**
	 * Permits that could be spent now; negative if permits were lowered after they had
	 * been spent.
	 */
	abstract long free(Limit limit, long now);

	/**
	 * Takes a cost, or as much of it as can be counted. Whether there is room has been
	 * asked before, or does not matter.
	 */
	abstract void charge(Limit limit, long now, long cost);

	/**
	 * Gives back what was charged at a time, as far as it is known to be still missing.
	 */
	abstract void giveBack(Limit limit, long now, long time, long cost);

	/**
	 * Time until a number of permits more than now are free, which the limit can hold.
	 */
	abstract long waitFor(Limit limit, long now, long missing);

	/** Time until more permits are free than now, zero if all are. */
	abstract long replenishAfter(Limit limit, long now);

	/** Time until all permits are free. */
	abstract long resetAfter(Limit limit, long now);

	/**
	 * The permits that a charge lacks; zero if it has room. A cost of 0 always has.
	 */
	final long missing(Limit limit, long now, long cost) {
		return (cost == 0) ? 0 : Math.max(0, cost - free(limit, now));
	}

	/** How the limit stands, after it was charged or because some limit has no room. */
	final LimitState state(Charge charge, Limit limit, long now, boolean charged) {
		return new LimitState(charge, limit, Math.max(0, free(limit, now)), retryAfter(charge, limit, now, charged),
				millis(replenishAfter(limit, now)), millis(resetAfter(limit, now)));
	}

	private @Nullable Duration retryAfter(Charge charge, Limit limit, long now, boolean charged) {
		if (charge.cost() > limit.burst()) {
			return null;
		}
		long missing = charged ? 0 : missing(limit, now, charge.cost());
		return (missing == 0) ? Duration.ZERO : millis(waitFor(limit, now, missing));
	}

	private static Duration millis(long millis) {
		return (millis == 0) ? Duration.ZERO : Duration.ofMillis(millis);
	}

}
