package io.github.ratelimit;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of policies that are one for some callers, and another one for others.
 */
class PolicyVariantsTests {

	private static final Policy FREE = new Policy("api", Algorithm.SLIDING_WINDOW, Limit.parse("5/1h"));

	private static final Policy PRO = FREE.with(Limit.parseAll("50/1h"));

	private static final Policy DAILY = FREE.with(Limit.parseAll("500/1d"));

	private final List<String> reset = new ArrayList<>();

	private final RateLimitOverrides overrides = RateLimitOverrides.local(InstantSource.system());

	private final RateLimiter limiter = new RateLimiter(new Resettable(), new PolicySource() {

		@Override
		public Policy find(String name) {
			return name.equals("api") ? FREE : null;
		}

		@Override
		public List<Policy> variants(String name) {
			return name.equals("api") ? List.of(FREE, PRO, DAILY) : List.of();
		}

	}, List.of(), this.overrides);

	@Test
	void whatWasSpentStaysSpentWhenThePlanChanges() {
		assertThat(charge(FREE, 5)).isZero();
		assertThat(charge(PRO, 10)).isEqualTo(35);
		assertThat(this.limiter.tryAcquire("api", "a", 1).allowed()).isFalse();
		assertThat(charge(DAILY, 1)).isEqualTo(499);
	}

	@Test
	void resetForgetsWhatWasSpentUnderAnyPlan() throws Exception {
		charge(FREE, 5);
		this.limiter.reset("api", "a").toCompletableFuture().get();
		assertThat(charge(FREE, 0)).isEqualTo(5);
		assertThat(this.reset).containsExactly("[5/1h] of a", "[50/1h] of a", "[500/1d] of a");
	}

	@Test
	void resetForgetsWhatWasSpentUnderAnOverride() throws Exception {
		this.overrides
			.save(new RateLimitOverride("api", "a", Limit.parseAll("7/1m"), null, null, "", "", Instant.EPOCH))
			.toCompletableFuture()
			.get();
		this.limiter.reset("api", "a").toCompletableFuture().get();
		this.limiter.reset("api", "b").toCompletableFuture().get();
		assertThat(this.reset).contains("[7/1m] of a").doesNotContain("[7/1m] of b");
	}

	private long charge(Policy policy, long cost) {
		return this.limiter.tryAcquire(List.of(new Charge(policy, "a", cost))).states().get(0).remaining();
	}

	private final class Resettable implements RateLimitStore {

		private final RateLimitStore store = new MemoryRateLimitStore();

		@Override
		public String name() {
			return this.store.name();
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			return this.store.acquire(charges);
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			return this.store.settle(decision, actual);
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			PolicyVariantsTests.this.reset.add(policy.limits() + " of " + key);
			return this.store.reset(policy, key);
		}

	}

}
