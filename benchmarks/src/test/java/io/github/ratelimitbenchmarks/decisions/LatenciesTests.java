package io.github.ratelimitbenchmarks.decisions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

class LatenciesTests {

	private final Latencies latencies = new Latencies();

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 31, 32, 63, 64, 127, 128, 1_000, 123_456_789, Long.MAX_VALUE })
	void timeIsKnownToThreePercent(long nanos) {
		this.latencies.record(nanos, 1);
		assertThat(this.latencies.nanos(0.5)).isCloseTo(nanos, withinPercentage(3.2));
	}

	@Test
	void shareIsOfAllThatWereRecorded() {
		for (int nanos = 1; nanos <= 100; nanos++) {
			this.latencies.record(nanos, 10);
		}
		Latencies others = new Latencies();
		others.record(5_000, 10);
		this.latencies.add(others);
		assertThat(this.latencies.nanos(0.5)).isCloseTo(51, withinPercentage(3.2));
		assertThat(this.latencies.nanos(0.98)).isCloseTo(100, withinPercentage(3.2));
		assertThat(this.latencies.nanos(0.99)).isCloseTo(100, withinPercentage(3.2));
		assertThat(this.latencies.nanos(1)).isCloseTo(5_000, withinPercentage(3.2));
	}

}
