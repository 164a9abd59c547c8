package io.github.ratelimitbenchmarks.decisions;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Calls that are all allowed, or, once each key has been asked for, all rejected.
 *
 * @param keys who is counted
 * @param permits how many calls are allowed per window
 * @param window the time in which permits come back
 */
record Traffic(List<String> keys, long permits, Duration window) {

	/** So many that nobody uses them up, and few enough for every algorithm. */
	private static final long PLENTY = 1_000_000_000;

	static Traffic allowed(int keys) {
		return of(keys, PLENTY, Duration.ofHours(1));
	}

	static Traffic rejected(int keys) {
		return of(keys, 1, Duration.ofHours(1));
	}

	static Traffic of(int keys, long permits, Duration window) {
		return new Traffic(callers(keys), permits, window);
	}

	Traffic within(Duration other) {
		return new Traffic(this.keys, this.permits, other);
	}

	boolean expected() {
		return this.permits > 1;
	}

	/** The limit as the configuration of policies has it. */
	String limit() {
		return this.permits + "/" + this.window;
	}

	/** Three limits that are used up at the same time. */
	String limits() {
		return limit() + "," + within(this.window.multipliedBy(2)).limit() + ","
				+ within(this.window.multipliedBy(4)).limit();
	}

	private static List<String> callers(int count) {
		return IntStream.range(0, count).mapToObj((number) -> "10.0." + number / 256 + "." + number % 256).toList();
	}

}
