package io.github.ratelimitbenchmarks.decisions;

/**
 * What one caller has counted.
 */
final class Tally {

	private final boolean expected;

	private final Latencies latencies = new Latencies();

	private long decisions;

	private long unexpected;

	Tally(boolean expected) {
		this.expected = expected;
	}

	void answer(boolean allowed) {
		this.decisions++;
		if (allowed != this.expected) {
			this.unexpected++;
		}
	}

	void failure() {
		this.decisions++;
		this.unexpected++;
	}

	void time(long nanos, int calls) {
		this.latencies.record(nanos / calls, calls);
	}

	void add(Tally other) {
		this.decisions += other.decisions;
		this.unexpected += other.unexpected;
		this.latencies.add(other.latencies);
	}

	long decisions() {
		return this.decisions;
	}

	/** Failures, and calls that were allowed or rejected though the others were not. */
	long unexpected() {
		return this.unexpected;
	}

	Latencies latencies() {
		return this.latencies;
	}

}
