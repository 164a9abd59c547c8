package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link FallbackRateLimitStore}.
 */
class FallbackRateLimitStoreTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Policy COUNTED = policy("counted", 3);

	private static final Policy OPEN = policy("open", 3);

	private static final Policy SHUT = policy("shut", 3);

	private static final Map<String, OnFailure> POLICIES = Map.of("open", OnFailure.ALLOW, "shut", OnFailure.REJECT);

	private final BreakableStore store = new BreakableStore();

	private int instances = 1;

	private final RateLimitStore fallback = new FallbackRateLimitStore(this.store,
			(policy) -> POLICIES.getOrDefault(policy, OnFailure.LOCAL), new MemoryRateLimitStore(),
			() -> this.instances);

	@Test
	void storeDecidesWhileItCan() {
		assertThat(acquire(charge(SHUT, 1)).source()).isEqualTo(Decision.Source.STORE);
		assertThat(this.fallback.name()).isEqualTo("memory");
	}

	@Test
	void eachInstanceCountsForItself() {
		acquire(charge(COUNTED, 3));
		this.store.broken = true;
		for (int remaining = 2; remaining >= 0; remaining--) {
			Decision decision = acquire(charge(COUNTED, 1));
			assertThat(decision.allowed()).isTrue();
			assertThat(decision.source()).isEqualTo(Decision.Source.LOCAL);
			assertThat(decision.states().get(0).remaining()).isEqualTo(remaining);
		}
		assertThat(acquire(charge(COUNTED, 1)).allowed()).isFalse();
		this.store.broken = false;
		assertThat(acquire(charge(COUNTED, 1)).allowed()).as("the store has counted its own").isFalse();
	}

	@Test
	void everyCallIsAllowed() {
		this.store.broken = true;
		for (int i = 0; i < 9; i++) {
			Decision decision = acquire(charge(OPEN, 1));
			assertThat(decision.allowed()).isTrue();
			assertThat(decision.source()).isEqualTo(Decision.Source.NONE);
			assertThat(decision.states().get(0).remaining()).isEqualTo(3);
		}
	}

	@Test
	void callFailsAsTheStoreDid() {
		this.store.broken = true;
		assertThatThrownBy(() -> acquire(charge(SHUT, 1))).hasCause(this.store.failure);
	}

	@Test
	void callFailsIfOneOfItsPoliciesWantsThatAndIsChargedNowhere() {
		this.store.broken = true;
		assertThatThrownBy(() -> acquire(charge(COUNTED, 1), charge(SHUT, 1), charge(OPEN, 1)))
			.hasCause(this.store.failure);
		assertThat(acquire(charge(COUNTED, 3)).allowed()).isTrue();
	}

	@Test
	void countedPoliciesDecideForOpenOnesAllOrNone() {
		this.store.broken = true;
		Policy tight = policy("tight", 1);
		Decision allowed = acquire(charge(OPEN, 1), charge(COUNTED, 1), charge(tight, 1));
		assertThat(allowed.allowed()).isTrue();
		assertThat(allowed.source()).isEqualTo(Decision.Source.LOCAL);
		assertThat(allowed.charges()).containsExactly(charge(OPEN, 1), charge(COUNTED, 1), charge(tight, 1));
		assertThat(allowed.states()).extracting(LimitState::remaining).containsExactly(3L, 2L, 0L);
		Decision rejected = acquire(charge(OPEN, 1), charge(COUNTED, 1), charge(tight, 1));
		assertThat(rejected.exhausted()).singleElement().extracting(LimitState::charge).isEqualTo(charge(tight, 1));
		assertThat(acquire(charge(COUNTED, 2)).allowed()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "10, 1, 10", "10, 2, 5", "10, 3, 4", "10, 20, 1" })
	void limitsAreDividedAndRoundedUp(long permits, int instances, int allowed) {
		this.store.broken = true;
		this.instances = instances;
		Policy policy = policy("divided", permits);
		for (int i = 0; i < allowed; i++) {
			Decision decision = acquire(charge(policy, 1));
			assertThat(decision.allowed()).isTrue();
			assertThat(decision.states().get(0).limit()).as("callers are told the whole").isEqualTo(limit(permits));
		}
		assertThat(acquire(charge(policy, 1)).allowed()).isFalse();
	}

	@Test
	void burstsAreDividedToo() {
		this.store.broken = true;
		this.instances = 4;
		Policy bucket = new Policy("bucket", Algorithm.TOKEN_BUCKET, new Limit(10, MINUTE, 40));
		assertThat(acquire(charge(bucket, 10)).allowed()).isTrue();
		assertThat(acquire(charge(bucket, 1)).retryAfter()).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(20));
		this.instances = 3;
		Policy slow = new Policy("slow", Algorithm.TOKEN_BUCKET,
				new Limit(3, Limit.MAX_WINDOW.multipliedBy(3).dividedBy(4), 4));
		assertThat(acquire(charge(slow, 1)).allowed()).isTrue();
	}

	@Test
	void numberOfInstancesHoldsAtOnce() {
		this.store.broken = true;
		acquire(charge(COUNTED, 1));
		this.instances = 3;
		assertThat(acquire(charge(COUNTED, 1)).allowed()).isFalse();
		this.instances = 1;
		assertThat(acquire(charge(COUNTED, 2)).allowed()).isTrue();
	}

	@Test
	void callThatCostsMoreThanTheShareTakesAllOfIt() {
		this.store.broken = true;
		this.instances = 3;
		assertThat(acquire(charge(policy("ten", 10), 9)).allowed()).isTrue();
		assertThat(acquire(charge(policy("ten", 10), 1)).allowed()).isFalse();
		assertThat(acquire(charge(policy("other", 10), 11)).retryAfter()).as("never").isNull();
	}

	@Test
	void whatWasChargedIsCorrectedWhereItWasCharged() {
		Decision byStore = reserve(charge(COUNTED, 3));
		this.store.broken = true;
		Decision local = reserve(charge(OPEN, 3), charge(COUNTED, 3));
		Decision byNobody = reserve(charge(OPEN, 3));
		this.store.broken = false;
		this.fallback.settle(local, List.of(charge(OPEN, 1), charge(COUNTED, 1)));
		this.fallback.settle(byNobody, List.of(charge(OPEN, 0)));
		assertThat(this.store.settled).isZero();
		assertThat(acquire(charge(COUNTED, 1)).allowed()).isFalse();
		this.fallback.settle(byStore, List.of(charge(COUNTED, 1)));
		assertThat(this.store.settled).isEqualTo(1);
		assertThat(acquire(charge(COUNTED, 2)).allowed()).isTrue();
		this.store.broken = true;
		assertThat(acquire(charge(COUNTED, 3)).allowed()).isFalse();
		assertThat(acquire(charge(COUNTED, 2)).allowed()).isTrue();
	}

	@Test
	void whatWasTakenOfTheShareIsGivenBack() {
		this.store.broken = true;
		this.instances = 3;
		Decision decision = reserve(charge(policy("ten", 10), 9));
		this.fallback.settle(decision, List.of(charge(policy("ten", 10), 1)));
		assertThat(acquire(charge(policy("ten", 10), 3)).states().get(0).remaining()).isZero();
	}

	@Test
	void resetHoldsHereEvenIfTheStoreFails() {
		this.store.broken = true;
		acquire(charge(COUNTED, 3));
		assertThat(this.fallback.reset(COUNTED, "a")).isCompletedExceptionally();
		assertThat(acquire(charge(COUNTED, 3)).allowed()).isTrue();
	}

	@Test
	void nobodyStandsInForAProbe() {
		this.store.broken = true;
		assertThat(this.fallback.probe()).isCompletedExceptionally();
	}

	private static Policy policy(String name, long permits) {
		return new Policy(name, Algorithm.FIXED_WINDOW, limit(permits));
	}

	private static Limit limit(long permits) {
		return new Limit(permits, MINUTE);
	}

	private static Charge charge(Policy policy, long cost) {
		return new Charge(policy, "a", cost);
	}

	private Decision acquire(Charge... charges) {
		return this.fallback.acquire(List.of(charges)).toCompletableFuture().join();
	}

	private Decision reserve(Charge... charges) {
		return this.fallback.reserve(List.of(charges)).toCompletableFuture().join();
	}

	private static final class BreakableStore implements RateLimitStore {

		private final RateLimitStore store = new MemoryRateLimitStore();

		private final RateLimitStoreException failure = RateLimitStoreException.unavailable("gone", null,
				Duration.ofSeconds(3));

		private boolean broken;

		private int settled;

		@Override
		public String name() {
			return this.store.name();
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			return this.broken ? CompletableFuture.failedStage(this.failure) : this.store.acquire(charges);
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			this.settled++;
			return this.store.settle(decision, actual);
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return this.broken ? CompletableFuture.failedStage(this.failure) : this.store.reset(policy, key);
		}

	}

}
