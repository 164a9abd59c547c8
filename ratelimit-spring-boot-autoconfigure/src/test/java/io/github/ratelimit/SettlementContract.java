package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every store promises of charges that are corrected after the call.
 */
public abstract class SettlementContract {

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

	@ParameterizedTest
	@EnumSource
	void settlementGivesBackWhatTheCallDidNotCost(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE), new Limit(20, Duration.ofHours(1)));
		Decision reserved = acquire(policy, "a", 5);
		acquire(policy, "a", 1);
		acquire(policy, "b", 5);
		settle(reserved, 2);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(7L, 17L);
		assertThat(remaining(acquire(policy, "b", 0))).containsExactly(5L, 15L);
	}

	@ParameterizedTest
	@EnumSource
	void settlementOfWhatWasChargedChangesNothing(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE));
		Decision reserved = acquire(policy, "a", 5);
		settle(reserved, 5);
		assertThat(acquire(policy, "a", 0).states().get(0).resetAfter())
			.isEqualTo(reserved.states().get(0).resetAfter());
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(5L);
	}

	@ParameterizedTest
	@EnumSource
	void callThatCostNothingLeavesNothing(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE), new Limit(20, Duration.ofHours(1)));
		settle(acquire(policy, "a", 10), 0);
		pass(Duration.ofSeconds(7));
		Decision unspent = acquire(policy, "a", 0);
		assertThat(remaining(unspent)).containsExactly(10L, 20L);
		assertThat(unspent.states()).extracting(LimitState::resetAfter).containsOnly(Duration.ZERO);
		assertThat(acquire(policy, "a", 10).states()).extracting(LimitState::resetAfter)
			.isEqualTo(acquire(policy, "fresh", 10).states().stream().map(LimitState::resetAfter).toList());
	}

	@ParameterizedTest
	@EnumSource
	void s20NobodyIsLockedOutByParallelCallsThatDidNotCount(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE));
		List<Charge> charges = List.of(new Charge(policy, "a"));
		List<Charge> nothing = List.of(new Charge(policy, "a", 0));
		for (int round = 0; round < 20; round++) {
			List<CompletableFuture<Decision>> calls = IntStream.range(0, 10)
				.mapToObj((i) -> CompletableFuture.supplyAsync(() -> this.store.acquire(charges))
					.thenCompose(Function.identity())
					.thenCompose((decision) -> this.store.settle(decision, nothing).thenApply((settled) -> decision)))
				.toList();
			for (CompletableFuture<Decision> call : calls) {
				assertThat(call.get().allowed()).isTrue();
			}
		}
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(10L);
	}

	@ParameterizedTest
	@EnumSource
	void s21SettlementThatArrivesAfterItsWindowHasEndedGivesNothingBack(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE));
		Decision first = acquire(policy, "a", 5);
		Decision second = acquire(policy, "a", 5);
		pass(Duration.ofSeconds(61));
		settle(first, 0);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(10L);
		acquire(policy, "a", 4);
		settle(second, 0);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(6L);
	}

	@ParameterizedTest
	@EnumSource
	void settlementAfterAResetGivesNothingBack(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE));
		Decision reserved = acquire(policy, "a", 5);
		this.store.reset(policy, "a").toCompletableFuture().get();
		settle(reserved, 2);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(10L);
		assertThat(acquire(policy, "a", 11).allowed()).isFalse();
		assertThat(acquire(policy, "a", 10).allowed()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void neverMoreIsGivenBackThanIsMissing(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE));
		Decision forgotten = acquire(policy, "a", 5);
		this.store.reset(policy, "a").toCompletableFuture().get();
		acquire(policy, "a", 3);
		settle(forgotten, 0);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(10L);
	}

	@ParameterizedTest
	@EnumSource
	void settlementLeavesAnotherAlgorithmAlone(Algorithm algorithm) throws Exception {
		Algorithm other = (algorithm == Algorithm.FIXED_WINDOW) ? Algorithm.TOKEN_BUCKET : Algorithm.FIXED_WINDOW;
		Decision reserved = acquire(new Policy("p", algorithm, new Limit(10, MINUTE)), "a", 5);
		Decision reservedToo = acquire(new Policy("p", algorithm, new Limit(10, MINUTE)), "a", 5);
		Policy changed = new Policy("p", other, new Limit(10, MINUTE));
		acquire(changed, "a", 3);
		settle(reserved, 0);
		settle(reservedToo, 9);
		assertThat(remaining(acquire(changed, "a", 0))).containsExactly(7L);
	}

	@ParameterizedTest
	@EnumSource
	void higherCostIsChargedAtTheTimeOfTheSettlement(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE));
		settle(acquire(policy, "a", 2), 5);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(5L);
		Decision late = acquire(policy, "a", 1);
		pass(Duration.ofMinutes(2));
		settle(late, 5);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(6L);
		this.store.reset(policy, "a").toCompletableFuture().get();
		settle(late, 5);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(6L);
	}

	@ParameterizedTest
	@EnumSource
	void higherCostIsChargedWhetherOrNotThereIsRoom(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE));
		settle(acquire(policy, "a", 10), Limit.MAX_PERMITS);
		settle(acquire(policy, "a", 0), Limit.MAX_PERMITS);
		Decision rejected = acquire(policy, "a", 1);
		assertThat(rejected.allowed()).isFalse();
		assertThat(remaining(rejected)).containsExactly(0L);
		assertThat(rejected.retryAfter()).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(61));
		pass(rejected.retryAfter());
		assertThat(acquire(policy, "a", 1).allowed()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void settlementLeavesChargesAloneThatKeepTheirCost(Algorithm algorithm) throws Exception {
		Policy one = new Policy("one", algorithm, new Limit(10, MINUTE));
		Policy other = new Policy("other", Algorithm.SLIDING_WINDOW, new Limit(10, MINUTE));
		Policy third = new Policy("third", Algorithm.TOKEN_BUCKET, new Limit(10, MINUTE));
		Decision reserved = acquire(new Charge(one, "a", 3), new Charge(other, "b", 4), new Charge(third, "a", 5));
		settle(reserved, 3, 1, 7);
		assertThat(remaining(acquire(new Charge(one, "a", 0), new Charge(other, "b", 0), new Charge(third, "a", 0))))
			.containsExactly(7L, 9L, 3L);
	}

	@Test
	void slidingWindowGivesBackInTheCellThatWasCharged() throws Exception {
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(10, MINUTE));
		acquire(policy, "a", 1);
		pass(Duration.ofSeconds(10));
		Decision reserved = acquire(policy, "a", 3);
		pass(Duration.ofSeconds(30));
		acquire(policy, "a", 4);
		settle(reserved, 1);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(4L);
		pass(Duration.ofSeconds(21));
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(5L);
		pass(Duration.ofSeconds(10));
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(6L);
	}

	@Test
	void fixedWindowThatIsGivenBackStartsAnew() throws Exception {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(10, MINUTE));
		Decision first = acquire(policy, "a", 3);
		Decision second = acquire(policy, "a", 3);
		pass(Duration.ofSeconds(50));
		settle(first, 0);
		assertThat(acquire(policy, "a", 0).states().get(0).resetAfter()).isEqualTo(Duration.ofSeconds(10));
		settle(second, 0);
		assertThat(acquire(policy, "a", 1).states().get(0).resetAfter()).isEqualTo(MINUTE);
	}

	@Test
	void tokenBucketGivesNothingBackThatMayHaveComeBackByItself() throws Exception {
		Policy policy = new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(5, MINUTE));
		Decision first = acquire(policy, "a", 2);
		pass(Duration.ofSeconds(24));
		acquire(policy, "a", 2);
		settle(first, 0);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(3L);
		Decision second = acquire(policy, "a", 3);
		pass(Duration.ofSeconds(12));
		settle(second, 0);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(3L);
	}

	@ParameterizedTest
	@EnumSource
	void timeThatRunsBackwardsGivesNoMoreBackThanIsMissing(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(10, MINUTE));
		Decision first = acquire(policy, "a", 10);
		pass(Duration.ofMinutes(2));
		acquire(policy, "a", 7);
		pass(Duration.ofMinutes(-3));
		settle(first, 0);
		assertThat(remaining(acquire(policy, "a", 0))).containsExactly(3L);
	}

	@Test
	void slidingWindowHoldsInEveryIntervalForWhatCallsReallyCost() throws Exception {
		this.store = lastingStore(this.now::get);
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int trace = 0; trace < 20; trace++) {
			long window = random.nextInt(20_000) + 1;
			long permits = random.nextInt(40) + 1;
			Policy policy = new Policy("promise-" + trace, Algorithm.SLIDING_WINDOW,
					new Limit(permits, Duration.ofMillis(window)));
			List<Settled> spent = reserveAndSettle(policy, random);
			for (Settled last : spent) {
				assertThat(spent.stream()
					.filter((each) -> each.time() <= last.time() && each.time() > last.time() - window)
					.mapToLong(Settled::cost)
					.sum()).as("seed %s, %s", seed, policy).isLessThanOrEqualTo(permits);
			}
		}
	}

	@Test
	void tokenBucketHoldsBurstAndRateForWhatCallsReallyCost() throws Exception {
		this.store = lastingStore(this.now::get);
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int trace = 0; trace < 20; trace++) {
			long window = random.nextInt(20_000) + 1;
			Limit limit = new Limit(random.nextInt(40) + 1, Duration.ofMillis(window), random.nextInt(40) + 1);
			Policy policy = new Policy("promise-" + trace, Algorithm.TOKEN_BUCKET, limit);
			List<Settled> spent = reserveAndSettle(policy, random);
			for (int from = 0; from < spent.size(); from++) {
				long cost = 0;
				for (Settled last : spent.subList(from, spent.size())) {
					cost += last.cost();
					assertThat(cost * window).as("seed %s, %s", seed, policy)
						.isLessThanOrEqualTo(
								limit.burst() * window + (last.time() - spent.get(from).time()) * limit.permits());
				}
			}
		}
	}

	/**
	 * Calls that are settled at any later time, in any order, at their cost or less, and
	 * what each of them really cost.
	 */
	private List<Settled> reserveAndSettle(Policy policy, Random random) throws Exception {
		Limit limit = policy.limits().get(0);
		List<Settled> spent = new ArrayList<>();
		List<Decision> unsettled = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			this.now.addAndGet(random.nextLong(limit.window().toMillis() / (1 + random.nextInt(40)) + 2));
			Decision decision = acquire(policy, "a", random.nextLong(limit.burst()) + 1);
			if (decision.allowed()) {
				unsettled.add(decision);
			}
			while (!unsettled.isEmpty() && random.nextInt(3) > 0) {
				Decision reserved = unsettled.remove(random.nextInt(unsettled.size()));
				long actual = random.nextLong(reserved.charges().get(0).cost() + 1);
				settle(reserved, actual);
				spent.add(new Settled(reserved.time(), actual));
			}
		}
		unsettled.forEach((decision) -> spent.add(new Settled(decision.time(), decision.charges().get(0).cost())));
		spent.sort(Comparator.comparingLong(Settled::time));
		return spent;
	}

	private Decision acquire(Policy policy, String key, long cost) throws Exception {
		return acquire(new Charge(policy, key, cost));
	}

	private Decision acquire(Charge... charges) throws Exception {
		return this.store.acquire(List.of(charges)).toCompletableFuture().get();
	}

	private void settle(Decision decision, long... actual) throws Exception {
		List<Charge> costs = new ArrayList<>();
		for (Charge charge : decision.charges()) {
			costs.add(new Charge(charge.policy(), charge.key(), actual[costs.size()]));
		}
		this.store.settle(decision, costs).toCompletableFuture().get();
	}

	private static List<Long> remaining(Decision decision) {
		return decision.states().stream().map(LimitState::remaining).toList();
	}

	private void pass(Duration time) {
		this.now.addAndGet(time.toMillis());
	}

	private record Settled(long time, long cost) {
	}

}
