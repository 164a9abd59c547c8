package io.github.ratelimit.activity;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of the callers that one policy has met: of the first {@value #MAX_KEYS} exactly,
 * and of no others. Who calls often is among them.
 */
final class KeyCounts {

	static final int MAX_KEYS = 10_000;

	private final Map<String, Count> counts = new ConcurrentHashMap<>();

	private final AtomicInteger size = new AtomicInteger();

	void add(String key, boolean rejected) {
		Count count = this.counts.get(key);
		if (count == null) {
			if (this.size.get() >= MAX_KEYS) {
				return;
			}
			count = this.counts.computeIfAbsent(key, (absent) -> {
				this.size.incrementAndGet();
				return new Count(new LongAdder(), new LongAdder());
			});
		}
		(rejected ? count.rejected() : count.allowed()).increment();
	}

	/** The callers with the largest counts. */
	Map<String, Long> top(Activity activity, int most) {
		Map<String, Long> sums = new HashMap<>();
		this.counts.forEach((key, count) -> {
			long rejected = count.rejected().sum();
			sums.put(key, (activity == Activity.REJECTED) ? rejected : rejected + count.allowed().sum());
		});
		return largest(sums, most);
	}

	/** The largest counts, in their order. */
	static Map<String, Long> largest(Map<String, Long> counts, int most) {
		Map<String, Long> largest = new LinkedHashMap<>();
		counts.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() > 0)
			.sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
				.thenComparing(Map.Entry.comparingByKey()))
			.limit(most)
			.forEach((entry) -> largest.put(entry.getKey(), entry.getValue()));
		return largest;
	}

	private record Count(LongAdder allowed, LongAdder rejected) {

	}

}
