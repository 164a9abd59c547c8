package io.github.ratelimit.activity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Adds up the counts of one JVM.
 */
public final class LocalTopKeys implements TopKeys {

	private final Duration time;

	private final InstantSource clock;

	private final Deque<Added> added = new ArrayDeque<>();

	/**
	 * Creates top keys.
	 * @param time how far back counts are told
	 * @param clock the clock to go by
	 */
	public LocalTopKeys(Duration time, InstantSource clock) {
		this.time = time;
		this.clock = clock;
	}

	@Override
	public synchronized CompletionStage<Map<String, Long>> add(String what, Map<String, Long> counts, int most) {
		long now = this.clock.millis();
		this.added.removeIf((earlier) -> earlier.at() <= now - this.time.toMillis());
		if (!counts.isEmpty()) {
			this.added.add(new Added(now, what, Map.copyOf(counts)));
		}
		Map<String, Long> sums = new HashMap<>();
		this.added.stream()
			.filter((earlier) -> earlier.what().equals(what))
			.forEach((earlier) -> earlier.counts().forEach((key, count) -> sums.merge(key, count, Long::sum)));
		return CompletableFuture.completedFuture(KeyCounts.largest(sums, most));
	}

	private record Added(long at, String what, Map<String, Long> counts) {

	}

}
