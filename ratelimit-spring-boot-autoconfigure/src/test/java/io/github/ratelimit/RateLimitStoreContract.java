package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every store promises.
 */
public abstract class RateLimitStoreContract {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final AtomicLong now = new AtomicLong(1_700_000_000_000L);

	private RateLimitStore store;

	/** An empty store that goes by the given clock, in milliseconds. */
	protected abstract RateLimitStore store(LongSupplier clock);

	/**
	 * One whose values do not expire by any other clock, for calls one after the other.
	 */
	protected RateLimitStore lastingStore(LongSupplier clock) {
		return store(clock);
	}

	@BeforeEach
	void createStore() {
		this.store = store(this.now::get);
	}

	@Test
	void s01FixedWindowCountsDownAndRejects() throws Exception {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(5, MINUTE));
		List<LimitState> states = new ArrayList<>();
		for (int i = 0; i < 7; i++) {
			states.add(acquire(policy, "a", 1).states().get(0));
		}
		assertThat(states).extracting(LimitState::remaining).containsExactly(4L, 3L, 2L, 1L, 0L, 0L, 0L);
		assertThat(states).extracting(LimitState::exhausted)
			.containsExactly(false, false, false, false, false, true, true);
	}

	@Test
	void s02FixedWindowStartsAnewAfterRetryAfter() throws Exception {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(5, MINUTE));
		acquire(policy, "a", 5);
		pass(Duration.ofSeconds(13));
		Decision rejected = acquire(policy, "a", 1);
		assertThat(rejected.retryAfter()).isEqualTo(Duration.ofSeconds(47));
		pass(rejected.retryAfter());
		assertThat(remaining(acquire(policy, "a", 1))).containsExactly(4L);
	}

	@Test
	void s03SlidingWindowHoldsOverTheBoundary() throws Exception {
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(10, Duration.ofSeconds(2)));
		int allowed = allowed(policy, 1);
		pass(Duration.ofMillis(1900));
		allowed += allowed(policy, 12);
		pass(Duration.ofMillis(200));
		int afterFirst = allowed(policy, 12);
		assertThat(allowed).isEqualTo(10);
		assertThat(afterFirst).isEqualTo(1);
	}

	@Test
	void s04SlidingWindowLetsNoMoreThroughThanItsPermits() throws Exception {
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(100, MINUTE));
		pass(Duration.ofMillis(59_900));
		List<Long> spent = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			record(policy, spent);
		}
		for (int i = 0; i < 18_000; i++) {
			pass(Duration.ofMillis(7));
			record(policy, spent);
		}
		assertThat(mostInAnyInterval(spent, 60_000)).isEqualTo(100);
		assertThat(spent).hasSizeGreaterThan(200);
	}

	@ParameterizedTest
	@EnumSource
	void s05ExactlyThePermitsAreAllowedInParallel(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(50, MINUTE));
		assertThat(inParallel(400, () -> acquire(policy, "a", 1).allowed())).isEqualTo(50);
	}

	@Test
	void severalChargesInParallelNeitherDeadlockNorOverdraw() throws Exception {
		Policy one = new Policy("one", Algorithm.SLIDING_WINDOW, new Limit(60, MINUTE));
		Policy other = new Policy("other", Algorithm.TOKEN_BUCKET, new Limit(40, MINUTE));
		AtomicLong turn = new AtomicLong();
		long allowed = inParallel(400,
				() -> this.store
					.acquire((turn.incrementAndGet() % 2 == 0) ? List.of(new Charge(one, "a"), new Charge(other, "b"))
							: List.of(new Charge(other, "b"), new Charge(one, "a")))
					.toCompletableFuture()
					.get()
					.allowed());
		assertThat(allowed).isEqualTo(40);
		assertThat(remaining(acquire(one, "a", 0))).containsExactly(20L);
	}

	@Test
	void s06TokenBucketRefillsContinuously() throws Exception {
		Policy policy = new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(5, MINUTE));
		List<LimitState> states = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			states.add(acquire(policy, "a", 1).states().get(0));
		}
		assertThat(states).extracting(LimitState::remaining).containsExactly(4L, 3L, 2L, 1L, 0L, 0L);
		assertThat(states).extracting((state) -> state.resetAfter().toSeconds())
			.containsExactly(12L, 24L, 36L, 48L, 60L, 60L);
		assertThat(states.get(5).retryAfter()).isEqualTo(Duration.ofSeconds(12));
		pass(Duration.ofSeconds(12));
		assertThat(acquire(policy, "a", 1).allowed()).isTrue();
		assertThat(acquire(policy, "a", 1).allowed()).isFalse();
	}

	@Test
	void s07RejectedCostLeavesTheBucketAsItWas() throws Exception {
		Policy policy = new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(5, MINUTE));
		Decision first = acquire(policy, "a", 3);
		Decision second = acquire(policy, "a", 3);
		Decision third = acquire(policy, "a", 0);
		assertThat(List.of(first.allowed(), second.allowed(), third.allowed())).containsExactly(true, false, true);
		assertThat(remaining(first)).containsExactly(2L);
		assertThat(remaining(third)).containsExactly(2L);
	}

	@ParameterizedTest
	@EnumSource
	void s08CostThatNeverFitsIsRejectedForEver(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(5, MINUTE));
		Decision decision = acquire(policy, "a", 6);
		assertThat(decision.allowed()).isFalse();
		assertThat(decision.retryAfter()).isNull();
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(5L);
	}

	@Test
	void s09RejectedCostLeavesRoomForASmallerOne() throws Exception {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(4, MINUTE));
		List<Boolean> allowed = new ArrayList<>();
		for (long cost : new long[] { 3, 3, 3, 1 }) {
			allowed.add(acquire(policy, "a", cost).allowed());
		}
		assertThat(allowed).containsExactly(true, false, false, true);
	}

	@ParameterizedTest
	@EnumSource
	void s10CostZeroIsAllowedAndChangesNothing(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(2, MINUTE));
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(2L);
		acquire(policy, "a", 2);
		Decision decision = acquire(policy, "a", 0);
		assertThat(decision.allowed()).isTrue();
		assertThat(decision.retryAfter()).isZero();
		assertThat(remaining(decision)).containsExactly(0L);
	}

	@ParameterizedTest
	@EnumSource
	void s11RejectedCallIsChargedToNoLimit(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(100, MINUTE), new Limit(3, Duration.ofHours(1)));
		assertThat(allowed(policy, 10)).isEqualTo(3);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(97L, 0L);
	}

	@Test
	void s12RejectedCallIsChargedToNoPolicy() throws Exception {
		Policy byAddress = new Policy("address", Algorithm.SLIDING_WINDOW, new Limit(2, Duration.ofSeconds(1)));
		Policy byUser = new Policy("user", Algorithm.SLIDING_WINDOW, new Limit(100, MINUTE));
		int allowed = 0;
		for (int i = 0; i < 10; i++) {
			allowed += acquire(new Charge(byAddress, "ip"), new Charge(byUser, "alice")).allowed() ? 1 : 0;
		}
		assertThat(allowed).isEqualTo(2);
		assertThat(remaining(acquire(byUser, "alice", 0))).containsExactly(98L);
	}

	@ParameterizedTest
	@EnumSource
	void policyThatLooksOnRejectsNobodyAndCountsAsIfItDid(Algorithm algorithm) throws Exception {
		Policy decides = new Policy("decides", algorithm, new Limit(3, MINUTE));
		Policy looksOn = new Policy("looks-on", algorithm, new Limit(2, MINUTE)).in(Policy.Mode.SHADOW);
		List<Decision> decisions = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			decisions.add(acquire(new Charge(looksOn, "a"), new Charge(decides, "a")));
		}
		assertThat(decisions).extracting(Decision::allowed).containsExactly(true, true, true, false);
		assertThat(decisions).extracting((decision) -> decision.charged(new Charge(looksOn, "a")))
			.containsExactly(true, true, false, false);
		assertThat(decisions).extracting(RateLimitStoreContract::remaining)
			.containsExactly(List.of(1L, 2L), List.of(0L, 1L), List.of(0L, 0L), List.of(0L, 0L));
		assertThat(decisions.get(2).states()).extracting(LimitState::exhausted).containsExactly(true, false);
		assertThat(decisions.get(2).exhausted()).isEmpty();
		assertThat(decisions.get(2).retryAfter()).isZero();
		assertThat(decisions.get(3).exhausted()).extracting((state) -> state.charge().policy())
			.containsExactly(decides);
		assertThat(acquire(new Charge(looksOn, "b")).allowed()).isTrue();
		assertThat(acquire(new Charge(looksOn, "a")).allowed()).isTrue();
	}

	@Test
	void policyThatLooksOnIsNotChargedForWhatAnotherRejects() throws Exception {
		Policy decides = new Policy("decides", Algorithm.SLIDING_WINDOW, new Limit(1, MINUTE));
		Policy looksOn = new Policy("looks-on", Algorithm.SLIDING_WINDOW, new Limit(5, MINUTE),
				new Limit(10, Duration.ofHours(1)))
			.in(Policy.Mode.SHADOW);
		for (int i = 0; i < 4; i++) {
			acquire(new Charge(decides, "a"), new Charge(looksOn, "a"));
		}
		assertThat(remaining(acquire(looksOn, "a", 0))).containsExactly(4L, 9L);
	}

	@ParameterizedTest
	@CsvSource({ "FIXED_WINDOW, 54000, 54000", "SLIDING_WINDOW, 54999, 64999", "TOKEN_BUCKET, 6000, 22000" })
	void statesTellWhenMorePermitsComeBackAndWhenAll(Algorithm algorithm, long more, long all) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(8, Duration.ofSeconds(64)));
		LimitState unspent = acquire(policy, "a", 0).states().get(0);
		assertThat(List.of(unspent.replenishAfter(), unspent.resetAfter())).containsOnly(Duration.ZERO);
		acquire(policy, "a", 3);
		pass(Duration.ofSeconds(10));
		acquire(policy, "a", 1);
		LimitState spent = acquire(policy, "a", 0).states().get(0);
		assertThat(spent.replenishAfter()).hasMillis(more);
		assertThat(spent.resetAfter()).hasMillis(all);
	}

	@Test
	void decisionCarriesItsTimeByTheClockOfTheStore() throws Exception {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(1, MINUTE));
		for (int i = 0; i < 2; i++) {
			assertThat(acquire(policy, "a", 1).time()).isEqualTo(this.now.get());
			pass(Duration.ofMillis(7));
		}
	}

	@Test
	void callersAndPoliciesAreCountedApart() throws Exception {
		Policy one = new Policy("one", Algorithm.FIXED_WINDOW, new Limit(1, MINUTE));
		Policy other = new Policy("other", Algorithm.FIXED_WINDOW, new Limit(1, MINUTE));
		assertThat(acquire(one, "a", 1).allowed()).isTrue();
		assertThat(acquire(one, "b", 1).allowed()).isTrue();
		assertThat(acquire(other, "a", 1).allowed()).isTrue();
		assertThat(acquire(one, "a", 1).allowed()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void resetForgetsOneCaller(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(1, MINUTE));
		acquire(policy, "a", 1);
		acquire(policy, "b", 1);
		this.store.reset(policy, "a").toCompletableFuture().get();
		assertThat(acquire(policy, "a", 1).allowed()).isTrue();
		assertThat(acquire(policy, "b", 1).allowed()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void changedPermitsHoldAtOnceAndWhatWasSpentStaysSpent(Algorithm algorithm) throws Exception {
		acquire(new Policy("p", algorithm, new Limit(10, MINUTE)), "a", 6);
		assertThat(remaining(acquire(new Policy("p", algorithm, new Limit(20, MINUTE)), "a", 0))).containsExactly(14L);
		Decision lowered = acquire(new Policy("p", algorithm, new Limit(5, MINUTE)), "a", 1);
		assertThat(lowered.allowed()).isFalse();
		assertThat(remaining(lowered)).containsExactly(0L);
		pass(lowered.retryAfter());
		assertThat(acquire(new Policy("p", algorithm, new Limit(5, MINUTE)), "a", 1).allowed()).isTrue();
	}

	@Test
	void loweredPermitsOfATokenBucketLeaveItEmptyButNoEmptier() throws Exception {
		Limit high = new Limit(1_000_000, Duration.ofDays(1));
		Limit low = new Limit(24, Duration.ofDays(1));
		acquire(new Policy("p", Algorithm.TOKEN_BUCKET, high), "a", 900_000);
		Policy lowered = new Policy("p", Algorithm.TOKEN_BUCKET, low);
		Decision decision = acquire(lowered, "a", 1);
		assertThat(decision.retryAfter()).isEqualTo(Duration.ofHours(1));
		assertThat(decision.states().get(0).resetAfter()).isEqualTo(Duration.ofDays(1));
		pass(decision.retryAfter());
		assertThat(acquire(lowered, "a", 1).allowed()).isTrue();
		assertThat(acquire(lowered, "a", 1).allowed()).isFalse();
	}

	@Test
	void otherAlgorithmOrWindowStartsAfresh() throws Exception {
		acquire(new Policy("p", Algorithm.FIXED_WINDOW, new Limit(1, MINUTE)), "a", 1);
		assertThat(
				acquire(new Policy("p", Algorithm.FIXED_WINDOW, new Limit(1, MINUTE.plusMillis(1))), "a", 1).allowed())
			.isTrue();
		assertThat(acquire(new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(1, MINUTE)), "a", 1).allowed()).isTrue();
	}

	@Test
	void plansOfOneCallerWithOtherWindowsDoNotForgetEachOther() throws Exception {
		Policy free = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(2, MINUTE));
		Policy pro = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(3, Duration.ofHours(1)));
		Policy most = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(4, MINUTE),
				new Limit(5, Duration.ofHours(1)));
		List<Integer> allowed = new ArrayList<>(List.of(0, 0, 0));
		for (int i = 0; i < 30; i++) {
			int plan = i % 3;
			boolean room = acquire(List.of(free, pro, most).get(plan), "a", 1).allowed();
			allowed.set(plan, allowed.get(plan) + (room ? 1 : 0));
		}
		assertThat(allowed).containsExactly(2, 3, 4);
	}

	@Test
	void strangeKeysAreKeptApart() throws Exception {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(1, MINUTE));
		List<String> keys = List.of("}", "{", "{}", "}:p:fw-1m", "a}:p", "a", "ä", "\u0000", "\r\nFLUSHALL\r\n", " ");
		for (String key : keys) {
			assertThat(acquire(policy, key, 1).allowed()).as(key).isTrue();
		}
		for (String key : keys) {
			assertThat(acquire(policy, key, 1).allowed()).as(key).isFalse();
		}
	}

	@Test
	void slidingWindowHoldsInEveryIntervalAndGivesBackIn64thOfTheWindow() throws Exception {
		this.store = lastingStore(this.now::get);
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int trace = 0; trace < 40; trace++) {
			long window = random.nextInt(20_000) + 1;
			long permits = random.nextInt(40) + 1;
			Policy policy = new Policy("promise-" + trace, Algorithm.SLIDING_WINDOW,
					new Limit(permits, Duration.ofMillis(window)));
			List<Long> spent = new ArrayList<>();
			for (int i = 0; i < 400; i++) {
				this.now
					.addAndGet(random.nextInt(4) == 0 ? random.nextLong(window + 2) : random.nextLong(window / 40 + 2));
				if (!record(policy, spent)) {
					long sinceLate = this.now.get() - window - window / 64;
					assertThat(spent.stream().filter((time) -> time > sinceLate)).as("late, seed %s", seed)
						.hasSizeGreaterThanOrEqualTo((int) permits);
				}
			}
			assertThat(mostInAnyInterval(spent, window)).as("seed %s, %s", seed, policy).isLessThanOrEqualTo(permits);
		}
	}

	@Test
	void tokenBucketHoldsBurstAndRateInEveryInterval() throws Exception {
		this.store = lastingStore(this.now::get);
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int trace = 0; trace < 30; trace++) {
			long window = random.nextInt(20_000) + 1;
			Limit limit = new Limit(random.nextInt(40) + 1, Duration.ofMillis(window), random.nextInt(40) + 1);
			Policy policy = new Policy("promise-" + trace, Algorithm.TOKEN_BUCKET, limit);
			List<Long> spent = new ArrayList<>();
			for (int i = 0; i < 300; i++) {
				this.now.addAndGet(random.nextLong(window / 20 + 2));
				record(policy, spent);
			}
			for (int from = 0; from < spent.size(); from++) {
				for (int to = from; to < spent.size(); to++) {
					long refilled = (spent.get(to) - spent.get(from)) * limit.permits();
					assertThat((to - from + 1) * window).as("seed %s, %s", seed, policy)
						.isLessThanOrEqualTo(limit.burst() * window + refilled);
				}
			}
		}
	}

	private static long mostInAnyInterval(List<Long> spent, long window) {
		return LongStream.range(0, spent.size())
			.map((last) -> spent.stream()
				.filter((time) -> time <= spent.get((int) last) && time > spent.get((int) last) - window)
				.count())
			.max()
			.orElse(0);
	}

	private boolean record(Policy policy, List<Long> spent) throws Exception {
		boolean allowed = acquire(policy, "a", 1).allowed();
		if (allowed) {
			spent.add(this.now.get());
		}
		return allowed;
	}

	private int allowed(Policy policy, int calls) throws Exception {
		int allowed = 0;
		for (int i = 0; i < calls; i++) {
			allowed += acquire(policy, "a", 1).allowed() ? 1 : 0;
		}
		return allowed;
	}

	private static long inParallel(int calls, Callable<Boolean> call) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(32);
		try {
			CountDownLatch start = new CountDownLatch(1);
			List<Future<Boolean>> results = new ArrayList<>();
			for (int i = 0; i < calls; i++) {
				results.add(threads.submit(() -> {
					start.await();
					return call.call();
				}));
			}
			start.countDown();
			long allowed = 0;
			for (Future<Boolean> result : results) {
				allowed += result.get() ? 1 : 0;
			}
			return allowed;
		}
		finally {
			threads.shutdownNow();
		}
	}

	private Decision acquire(Policy policy, String key, long cost) throws Exception {
		return acquire(new Charge(policy, key, cost));
	}

	private Decision acquire(Charge... charges) throws Exception {
		return acquire(List.of(charges));
	}

	private Decision acquire(List<Charge> charges) throws Exception {
		return this.store.acquire(charges).toCompletableFuture().get();
	}

	private static List<Long> remaining(Decision decision) {
		return decision.states().stream().map(LimitState::remaining).toList();
	}

	private void pass(Duration time) {
		this.now.addAndGet(time.toMillis());
	}

}
