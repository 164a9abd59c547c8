package io.github.ratelimit.activity;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;

class KeyActivityTests {

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

	private final TopKeys top = new LocalTopKeys(Duration.ofMinutes(5), this.now::get);

	private final KeyActivity activity = new KeyActivity(this.top, (policy, key) -> policy + " " + key);

	private final RateLimiter limiter = new RateLimiter(
			new MemoryRateLimitStore(), Map.of("api", new Policy("api", Algorithm.FIXED_WINDOW,
					new Limit(2, Duration.ofHours(1)), new Limit(3, Duration.ofHours(2))))::get,
			List.of(this.activity));

	@Test
	void callersAreCountedOncePerDecisionAndInTheirOrder() {
		calls(1, "seldom");
		calls(5, "often");
		this.activity.handIn();
		assertThat(top(Activity.DECIDED)).isEqualTo("{api often=5, api seldom=1}");
		assertThat(top(Activity.REJECTED)).isEqualTo("{api often=3}");
	}

	@Test
	void countsOfSomeMinutesAreAddedUp() {
		calls(3, "a");
		this.activity.handIn();
		this.now.set(Instant.EPOCH.plus(Duration.ofMinutes(3)));
		calls(4, "b");
		calls(2, "a");
		this.activity.handIn();
		this.activity.handIn();
		assertThat(top(Activity.DECIDED)).isEqualTo("{api a=5, api b=4}");
		this.now.set(Instant.EPOCH.plus(Duration.ofMinutes(5)));
		assertThat(top(Activity.DECIDED)).isEqualTo("{api b=4, api a=2}");
	}

	@Test
	void memoryIsBounded() {
		KeyCounts counts = new KeyCounts();
		for (int i = 0; i < 3 * KeyCounts.MAX_KEYS; i++) {
			counts.add("often", false);
			counts.add("seldom " + i, true);
		}
		assertThat(counts.top(Activity.DECIDED, Integer.MAX_VALUE)).hasSize(KeyCounts.MAX_KEYS)
			.containsEntry("often", 3L * KeyCounts.MAX_KEYS);
		assertThat(counts.top(Activity.REJECTED, 5)).hasSize(5);
	}

	private void calls(int times, String key) {
		for (int i = 0; i < times; i++) {
			this.limiter.tryAcquire("api", key);
		}
	}

	private String top(Activity counted) {
		return this.activity.top("api", counted, 10).toCompletableFuture().join().toString();
	}

}
