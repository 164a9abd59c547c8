package io.github.ratelimit.memory;

import java.util.Arrays;

import io.github.ratelimit.Limit;

/**
 * A window is cut into 64 cells of equal length, rounded up to whole milliseconds. A
 * permit comes back when its whole cell has left the window. Kept are the cells that are
 * not empty, oldest first: at most 65, as the oldest may be leaving. Given back is to the
 * very cell that was charged, so that it is as if less had been spent there.
 */
final class SlidingWindowCounter extends LimitCounter {

	private static final int CELLS = 64;

	private final long window;

	private final long cellMillis;

	private long[] cells = new long[4];

	private long[] counts = new long[4];

	private int size;

	private long used;

	SlidingWindowCounter(long window) {
		this.window = window;
		this.cellMillis = (window + CELLS - 1) / CELLS;
	}

	@Override
	long free(Limit limit, long now) {
		long free = limit.permits() - this.used;
		for (int i = 0; i < gone(now); i++) {
			free += this.counts[i];
		}
		return free;
	}

	@Override
	void charge(Limit limit, long now, long cost) {
		remove(0, gone(now));
		long counted = Math.min(cost, Limit.MAX_PERMITS - this.used);
		if (counted == 0) {
			return;
		}
		long current = now / this.cellMillis;
		if (this.size == 0 || this.cells[this.size - 1] < current) {
			append(current);
		}
		this.counts[this.size - 1] += counted;
		this.used += counted;
	}

	@Override
	void giveBack(Limit limit, long now, long time, long cost) {
		int index = Arrays.binarySearch(this.cells, 0, this.size, time / this.cellMillis);
		if (index < gone(now)) {
			return;
		}
		long back = Math.min(cost, this.counts[index]);
		this.counts[index] -= back;
		this.used -= back;
		if (this.counts[index] == 0) {
			remove(index, index + 1);
		}
		remove(0, gone(now));
	}

	@Override
	long waitFor(Limit limit, long now, long missing) {
		int i = gone(now);
		for (long back = this.counts[i]; back < missing; back += this.counts[i]) {
			i++;
		}
		return untilGone(i, now);
	}

	@Override
	long replenishAfter(Limit limit, long now) {
		int oldest = gone(now);
		return (oldest == this.size) ? 0 : untilGone(oldest, now);
	}

	@Override
	long resetAfter(Limit limit, long now) {
		return (gone(now) == this.size) ? 0 : untilGone(this.size - 1, now);
	}

	/** How many of the oldest cells have left the window. */
	private int gone(long now) {
		int gone = 0;
		while (gone < this.size && untilGone(gone, now) <= 0) {
			gone++;
		}
		return gone;
	}

	private long untilGone(int index, long now) {
		return (this.cells[index] + 1) * this.cellMillis - 1 + this.window - now;
	}

	private void remove(int from, int to) {
		for (int i = from; i < to; i++) {
			this.used -= this.counts[i];
		}
		System.arraycopy(this.cells, to, this.cells, from, this.size - to);
		System.arraycopy(this.counts, to, this.counts, from, this.size - to);
		this.size -= to - from;
	}

	private void append(long cell) {
		if (this.size == this.cells.length) {
			int length = Math.min(2 * this.size, CELLS + 1);
			this.cells = Arrays.copyOf(this.cells, length);
			this.counts = Arrays.copyOf(this.counts, length);
		}
		this.cells[this.size] = cell;
		this.counts[this.size] = 0;
		this.size++;
	}

}
