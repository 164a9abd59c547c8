package io.github.ratelimit.memory;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreContract;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link MemoryRateLimitStore}.
 */
class MemoryRateLimitStoreTests extends RateLimitStoreContract {

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new MemoryRateLimitStore(1000, clock);
	}

	@Test
	void isBounded() throws Exception {
		MemoryRateLimitStore store = new MemoryRateLimitStore(100, () -> 0);
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(1, Duration.ofMinutes(1)));
		for (int i = 0; i < 10_000; i++) {
			store.acquire(List.of(new Charge(policy, "caller-" + i))).toCompletableFuture().get();
		}
		assertThat(store.size()).isBetween(50L, 100L);
	}

	@Test
	void clearForgetsEveryone() throws Exception {
		MemoryRateLimitStore store = new MemoryRateLimitStore();
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(1, Duration.ofMinutes(1)));
		for (int round = 0; round < 2; round++) {
			assertThat(store.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture().get().allowed()).isTrue();
			assertThat(store.acquire(List.of(new Charge(policy, "b"))).toCompletableFuture().get().allowed()).isTrue();
			store.clear();
		}
	}

	@Test
	void ownClockRunsFromZero() throws Exception {
		MemoryRateLimitStore store = new MemoryRateLimitStore();
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(1, Duration.ofMinutes(1)));
		assertThat(store.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture().get().allowed()).isTrue();
		assertThat(store.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture().get().retryAfter())
			.isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));
	}

}
