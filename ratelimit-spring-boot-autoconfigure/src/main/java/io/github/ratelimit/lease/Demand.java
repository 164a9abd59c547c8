package io.github.ratelimit.lease;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many permits are asked for of the store in each span of time, by key. Of a fixed
 * size, however many keys there are: some share a slot, so that a key may be thought
 * busier than it is.
 */
final class Demand {

	private static final int BITS = 14;

	private static final int COUNT_BITS = 24;

	private static final long MOST = (1L << COUNT_BITS) - 1;

	private static final long SPANS = (1L << (Long.SIZE - 2 * COUNT_BITS)) - 1;

	/** The number of the span, what was asked for in the one before it, and in it. */
	private final AtomicLongArray slots = new AtomicLongArray(1 << BITS);

	/**
	 * Counts what a call asks for.
	 * @param key the hash of a key
	 * @param span the number of the span of time
	 * @param permits what is asked for
	 * @return what was asked for in this span or in the one before it, whichever is more
	 */
	long seen(int key, long span, long permits) {
		int slot = (key * 0x9E3779B9) >>> (Integer.SIZE - BITS);
		long before = this.slots.get(slot);
		long after = counted(before, span & SPANS, permits);
		while (!this.slots.compareAndSet(slot, before, after)) {
			before = this.slots.get(slot);
			after = counted(before, span & SPANS, permits);
		}
		return Math.max(last(after), current(after));
	}

	private static long counted(long slot, long span, long permits) {
		long kept = slot >>> (2 * COUNT_BITS);
		long last = last(slot);
		long current = current(slot);
		if (kept != span) {
			last = (((kept + 1) & SPANS) == span) ? current : 0;
			current = 0;
		}
		current = Math.min(MOST, current + Math.min(MOST, permits));
		return (span << (2 * COUNT_BITS)) | (last << COUNT_BITS) | current;
	}

	private static long last(long slot) {
		return (slot >>> COUNT_BITS) & MOST;
	}

	private static long current(long slot) {
		return slot & MOST;
	}

}
