package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of which limits are said to be out of reach.
 */
class UnreachableLimitsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none", value = {
			// 60 seconds and a cell, which is 62 windows of 10
			"SLIDING_WINDOW | 10/1s, 1000/1m                  | 1000/1m", "SLIDING_WINDOW | 10/1s, 610/1m | 610/1m",
			"SLIDING_WINDOW | 10/1s, 609/1m                   | none", "SLIDING_WINDOW | 10/1s, 500/1m | none",
			"SLIDING_WINDOW | 100/1s, 50/1h                   | 100/1s", "SLIDING_WINDOW | 50/1s, 50/1h | 50/1s",
			"SLIDING_WINDOW | 51/1h, 50/1s                    | none", "SLIDING_WINDOW | 5/1m, 20/1h | none",
			"SLIDING_WINDOW | 5/1m                            | none",
			// Parts of 61 windows of 10
			"FIXED_WINDOW   | 10/1s, 610/1m                   | 610/1m", "FIXED_WINDOW | 10/1s, 609/1m | none",
			"FIXED_WINDOW   | 50/1h, 100/1s                   | 100/1s", "FIXED_WINDOW | 50/1h, 99/1s | none",
			"TOKEN_BUCKET   | 10/1s, 600/1m                   | 600/1m", "TOKEN_BUCKET | 10/1s, 599/1m | none",
			"TOKEN_BUCKET   | 10/1s burst 700, 600/1m         | 10/1s burst 700", "TOKEN_BUCKET | 20/1s, 600/1m | none",
			"TOKEN_BUCKET   | 50/1s burst 200, 1000000/1d     | none",
			"TOKEN_BUCKET   | 9007199254740/1s, 9007199254740/1ms | 9007199254740/1ms" })
	void limitIsUnreachableIfAnotherOneIsAlwaysUsedUpFirst(Algorithm algorithm, String limits, String unreachable) {
		Map<Limit, Limit> found = UnreachableLimits
			.of(new Policy("api", algorithm, Limit.parseAll(limits).toArray(Limit[]::new)));
		assertThat(found.keySet()).extracting(Limit::toString)
			.isEqualTo((unreachable != null) ? List.of(unreachable) : List.of());
	}

	/** What the store really does: an unreachable limit never rejects on its own. */
	@ParameterizedTest
	@EnumSource
	void storeNeverRejectsBecauseOfAnUnreachableLimitOnly(Algorithm algorithm) {
		Random random = new Random(7);
		int found = 0;
		int rejected = 0;
		for (int i = 0; i < 400; i++) {
			Policy policy = new Policy("api", algorithm, limit(random, algorithm), limit(random, algorithm));
			Map<Limit, Limit> unreachable = UnreachableLimits.of(policy);
			if (!unreachable.isEmpty()) {
				found++;
				rejected += rejections(policy, unreachable, random);
			}
		}
		assertThat(found).isGreaterThan(50);
		assertThat(rejected).isGreaterThan(1000);
	}

	private static int rejections(Policy policy, Map<Limit, Limit> unreachable, Random random) {
		AtomicLong now = new AtomicLong(1_000_000 + random.nextInt(1000));
		MemoryRateLimitStore store = new MemoryRateLimitStore(10, now::get);
		int rejections = 0;
		for (int call = 0; call < 400; call++) {
			now.addAndGet(random.nextInt(4) == 0 ? random.nextInt(300) : random.nextInt(4));
			Decision decision = store.acquire(List.of(new Charge(policy, "caller"))).toCompletableFuture().join();
			List<Limit> exhausted = decision.exhausted().stream().map(LimitState::limit).toList();
			if (!decision.allowed()) {
				rejections++;
				assertThat(exhausted).as("%s at call %d of %s", unreachable, call, policy)
					.containsAnyElementsOf(unreachable.values());
			}
		}
		return rejections;
	}

	private static Limit limit(Random random, Algorithm algorithm) {
		long permits = 1 + random.nextInt(40);
		Duration window = Duration.ofMillis(1 + random.nextInt(2000));
		return (algorithm == Algorithm.TOKEN_BUCKET) ? new Limit(permits, window, 1 + random.nextInt(60))
				: new Limit(permits, window);
	}

}
