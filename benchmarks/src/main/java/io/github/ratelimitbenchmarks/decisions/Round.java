package io.github.ratelimitbenchmarks.decisions;

/**
 * What one contender did in one round.
 *
 * @param tally what was decided
 * @param nanos how long it took
 * @param callers how many called
 * @param used what that cost
 */
record Round(Tally tally, long nanos, int callers, Usage used) {

	double rate() {
		return this.tally.decisions() * 1e9 / this.nanos;
	}

	double meanMicros() {
		return per(this.nanos / 1e3 * this.callers);
	}

	double p50Micros() {
		return this.tally.latencies().nanos(0.5) / 1e3;
	}

	double p99Micros() {
		return this.tally.latencies().nanos(0.99) / 1e3;
	}

	double cpuMicros() {
		return per(this.used.cpuNanos() / 1e3);
	}

	double redisMicros() {
		return per(this.used.redis().cpuMicros());
	}

	double scripts() {
		return per(this.used.redis().scripts());
	}

	double commands() {
		return per(this.used.redis().commands());
	}

	double bytes() {
		return per(this.used.allocated());
	}

	private double per(double sum) {
		return sum / this.tally.decisions();
	}

}
