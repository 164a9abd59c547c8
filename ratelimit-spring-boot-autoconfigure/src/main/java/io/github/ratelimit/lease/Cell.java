package io.github.ratelimit.lease;

import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

/**
 * A time that lies in one cell of each window of a policy: permits that are spent in it
 * count as if they had been charged at any other moment of it.
 *
 * @param start its first millisecond, on the store's clock
 * @param end the first millisecond after it
 */
record Cell(long start, long end) {

	private static final int CELLS = 64;

	/** Cells of long windows are cut, so that nothing lies unspent for long. */
	private static final long LONGEST = 10_000;

	static Cell of(Policy policy, long time) {
		long start = Math.floorDiv(time, LONGEST) * LONGEST;
		long end = start + LONGEST;
		for (Limit limit : policy.limits()) {
			long length = length(limit);
			long cell = Math.floorDiv(time, length) * length;
			start = Math.max(start, cell);
			end = Math.min(end, cell + length);
		}
		return new Cell(start, end);
	}

	/** The length of the shortest cells of a policy, in milliseconds. */
	static long length(Policy policy) {
		long shortest = LONGEST;
		for (Limit limit : policy.limits()) {
			shortest = Math.min(shortest, length(limit));
		}
		return shortest;
	}

	boolean contains(long time) {
		return this.start <= time && time < this.end;
	}

	private static long length(Limit limit) {
		return (limit.window().toMillis() + CELLS - 1) / CELLS;
	}

}
