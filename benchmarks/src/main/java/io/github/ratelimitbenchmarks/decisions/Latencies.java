package io.github.ratelimitbenchmarks.decisions;

/**
 * Counts how often something took how long, to about 3 percent: 32 steps for each
 * doubling.
 */
final class Latencies {

	private static final int STEP_BITS = 5;

	private static final int STEPS = 1 << STEP_BITS;

	private final long[] counts = new long[STEPS * (Long.SIZE - STEP_BITS)];

	void record(long nanos, int times) {
		this.counts[index(nanos)] += times;
	}

	void add(Latencies other) {
		for (int i = 0; i < this.counts.length; i++) {
			this.counts[i] += other.counts[i];
		}
	}

	/** The time within which a share of all was over. */
	double nanos(double share) {
		long total = 0;
		for (long count : this.counts) {
			total += count;
		}
		long wanted = (long) Math.ceil(total * share);
		int index = 0;
		for (long seen = this.counts[0]; seen < wanted; seen += this.counts[index]) {
			index++;
		}
		return value(index);
	}

	private static int index(long nanos) {
		int shift = Math.max(0, Long.SIZE - 1 - STEP_BITS - Long.numberOfLeadingZeros(nanos | 1));
		return shift * STEPS + (int) (nanos >>> shift);
	}

	private static double value(int index) {
		int shift = Math.max(0, index / STEPS - 1);
		return (double) (index - shift * STEPS) * (1L << shift);
	}

}
