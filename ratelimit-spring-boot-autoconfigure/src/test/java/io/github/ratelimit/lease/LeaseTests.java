package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Ban;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of when leases begin, how large they are and where they go.
 */
class LeaseTests {

	private static final Policy POLICY = policy(100_000, 100);

	private final VirtualTime time = new VirtualTime();

	private final RecordingStore store = new RecordingStore(new MemoryRateLimitStore(1000, this.time::millis));

	private final LeasingRateLimitStore here = this.time.instance(this.store, LeaseSize.DEFAULT);

	private final LeasingRateLimitStore elsewhere = this.time.instance(this.store, LeaseSize.DEFAULT);

	@Test
	void leaseBeginsWhenAKeyIsBusyAndGrowsWithDemand() throws Exception {
		beginCell();
		acquire(POLICY, 600);
		assertThat(this.store.asked()).startsWith(1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 9L, 10L, 20L, 40L)
			.endsWith(101L, 101L, 101L)
			.hasSizeLessThan(20)
			.allMatch((cost) -> cost <= 101);
	}

	@Test
	void quietKeysTakeNothingAhead() throws Exception {
		for (int i = 0; i < 100; i++) {
			acquire(POLICY, 1);
			this.time.pass(Duration.ofMillis(500));
		}
		assertThat(this.store.asked()).hasSize(100).containsOnly(1L);
		assertThat(this.store.givenBack()).isEmpty();
	}

	@Test
	void leaseIsNoMoreThanAnEighthOfWhatRemains() throws Exception {
		Policy policy = policy(100, 100);
		beginCell();
		long remaining = 100;
		assertThat(acquire(policy, 101)).filteredOn(Decision::allowed).hasSize(100);
		for (long asked : this.store.asked()) {
			assertThat(asked - 1).isLessThanOrEqualTo(remaining / 8);
			remaining -= (asked <= remaining) ? asked : 0;
		}
	}

	@Test
	void spendingCountsDownAndGoesWithTheTime() throws Exception {
		beginCell();
		acquire(POLICY, 50);
		Decision before = acquire(POLICY, 1).get(0);
		this.time.pass(Duration.ofMillis(100));
		this.store.asked();
		Decision after = acquire(POLICY, 1).get(0);
		assertThat(this.store.asked()).isEmpty();
		assertThat(after.time()).isEqualTo(before.time() + 100).isEqualTo(this.time.millis());
		LimitState state = after.states().get(0);
		assertThat(state.remaining()).isEqualTo(100_000 - 52);
		assertThat(state.resetAfter()).isEqualTo(before.states().get(0).resetAfter().minusMillis(100));
		assertThat(state.replenishAfter()).isEqualTo(state.resetAfter());
	}

	@Test
	void nothingIsSpentAfterTheCell() throws Exception {
		beginCell();
		acquire(POLICY, 50);
		this.store.asked();
		this.time.take(Duration.ofSeconds(1));
		assertThat(acquire(POLICY, 1).get(0).time()).isEqualTo(this.time.millis());
		assertThat(this.store.asked()).hasSize(1);
		assertThat(this.store.givenBack()).hasSize(1);
		assertThat(asked(POLICY, 0).states().get(0).remaining()).isEqualTo(100_000 - 51);
	}

	@Test
	void whatIsLeftIsGivenBackThoughNobodyCalls() throws Exception {
		beginCell();
		acquire(POLICY, 50);
		this.time.pass(Duration.ofMillis(938));
		assertThat(this.store.givenBack()).hasSize(1);
		assertThat(remainingInStore(POLICY)).isEqualTo(100_000 - 50);
	}

	@Test
	void callIsNotRejectedBecauseItsLeaseDoesNotFit() throws Exception {
		Policy policy = policy(1000, 100);
		beginCell();
		acquire(policy, 50);
		this.store.asked();
		long left = remainingInStore(policy);
		this.elsewhere.acquire(List.of(new Charge(policy, "a", left - 3))).toCompletableFuture().get();
		List<Decision> decisions = acquire(policy, 80);
		assertThat(decisions).filteredOn(Decision::allowed).hasSize(1000 - 50 - (int) (left - 3));
		assertThat(decisions.get(79).retryAfter()).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));
	}

	@Test
	void callIsNotRejectedForWhatLiesHere() throws Exception {
		Policy policy = policy(1000, 100);
		beginCell();
		acquire(policy, 50);
		assertThat(remainingInStore(policy)).isLessThan(950);
		assertThat(asked(policy, 951).allowed()).isFalse();
		acquire(policy, 10);
		assertThat(remainingInStore(policy)).isLessThan(940);
		Policy other = new Policy("other", Algorithm.FIXED_WINDOW, new Limit(5, Duration.ofMinutes(1)));
		assertThat(this.here.acquire(List.of(new Charge(other, "a"), new Charge(policy, "a", 940)))
			.toCompletableFuture()
			.get()
			.allowed()).isTrue();
	}

	@Test
	void callThatAnotherPolicyRejectsKnocksOnce() throws Exception {
		Policy policy = policy(1000, 100);
		beginCell();
		acquire(policy, 50);
		Policy banning = new Policy("banning", Algorithm.FIXED_WINDOW, new Limit(1, Duration.ofMinutes(1)))
			.with(new Ban(2, Duration.ofMinutes(1), Duration.ofHours(1)));
		List<Charge> charges = List.of(new Charge(policy, "a", 951), new Charge(banning, "a", 2));
		this.store.asked();
		assertThat(this.here.acquire(charges).toCompletableFuture().get().states().get(1).banned()).isFalse();
		assertThat(this.store.asked()).containsExactly(951L, 2L);
		assertThat(this.here.acquire(charges).toCompletableFuture().get().states().get(1).newlyBanned()).isTrue();
	}

	@Test
	void whoAsksWithoutChargingIsToldOfWhatLiesHere() throws Exception {
		beginCell();
		acquire(POLICY, 50);
		assertThat(remainingInStore(POLICY)).isLessThan(100_000 - 50);
		assertThat(asked(POLICY, 0).states().get(0).remaining()).isEqualTo(100_000 - 50);
	}

	@Test
	void callsThatComeMeanwhileAreServedInOrderByOneTrip() throws Exception {
		beginCell();
		acquire(POLICY, 27);
		this.store.asked();
		CompletableFuture<Void> answer = this.store.hold();
		List<CompletableFuture<Decision>> calls = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			calls.add(this.here.acquire(List.of(new Charge(POLICY, "a"))).toCompletableFuture());
		}
		assertThat(calls).noneMatch(CompletableFuture::isDone);
		assertThat(this.store.asked()).hasSize(1);
		answer.complete(null);
		for (int i = 0; i < 60; i++) {
			assertThat(calls.get(i).get().states().get(0).remaining()).isEqualTo(100_000 - 27 - 1 - i);
		}
		assertThat(this.store.asked()).hasSize(1);
	}

	@Test
	void failureIsThatOfAllWhoWaitAndNothingIsTakenAheadUntilItIsOver() throws Exception {
		beginCell();
		acquire(POLICY, 27);
		CompletableFuture<Void> answer = this.store.hold();
		CompletableFuture<Decision> first = this.here.acquire(List.of(new Charge(POLICY, "a"))).toCompletableFuture();
		CompletableFuture<Decision> second = this.here.acquire(List.of(new Charge(POLICY, "a"))).toCompletableFuture();
		answer.completeExceptionally(new RateLimitStoreException("down", null));
		assertThat(first).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("down");
		assertThat(second).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("down");
		this.store.hold().complete(null);
		this.store.asked();
		acquire(POLICY, 1);
		assertThat(this.store.asked()).containsExactly(1L);
	}

	@Test
	void changedPolicyHoldsAtOnce() throws Exception {
		beginCell();
		acquire(POLICY, 50);
		assertThat(acquire(policy(50, 50), 1).get(0).allowed()).isFalse();
		assertThat(remainingInStore(POLICY)).isEqualTo(100_000 - 50);
	}

	@Test
	void resetForgetsTheLeaseAndTheOneUnderWay() throws Exception {
		beginCell();
		acquire(POLICY, 50);
		this.here.reset(POLICY, "a").toCompletableFuture().get();
		assertThat(this.store.givenBack()).isEmpty();
		assertThat(remainingInStore(POLICY)).isEqualTo(100_000);
		this.time.pass(Duration.ofSeconds(3));
		beginCell();
		acquire(POLICY, 27);
		CompletableFuture<Void> answer = this.store.hold();
		this.here.acquire(List.of(new Charge(POLICY, "a")));
		this.here.reset(POLICY, "a");
		answer.complete(null);
		this.time.pass(Duration.ofSeconds(2));
		assertThat(this.store.givenBack()).isEmpty();
	}

	@Test
	void closingGivesBackAndTakesNothingAheadAnyMore() throws Exception {
		beginCell();
		acquire(POLICY, 27);
		CompletableFuture<Void> answer = this.store.hold();
		CompletableFuture<Decision> call = this.here.acquire(List.of(new Charge(POLICY, "a"))).toCompletableFuture();
		this.here.close();
		answer.complete(null);
		assertThat(call.get().allowed()).isTrue();
		assertThat(remainingInStore(POLICY)).isEqualTo(100_000 - 28);
		this.store.asked();
		acquire(POLICY, 50);
		assertThat(this.store.asked()).hasSize(50);
	}

	@Test
	void settlementGivesBackIntoTheLeaseOfItsCellOnly() throws Exception {
		beginCell();
		Decision early = acquire(POLICY, 50).get(49);
		Charge nothing = new Charge(POLICY, "a", 0);
		this.here.settle(early, List.of(nothing)).toCompletableFuture().get();
		assertThat(this.store.givenBack()).isEmpty();
		assertThat(asked(POLICY, 0).states().get(0).remaining()).isEqualTo(100_000 - 49);
		Decision late = acquire(POLICY, 1).get(0);
		this.time.pass(Duration.ofSeconds(1));
		this.store.givenBack();
		acquire(POLICY, 10);
		this.here.settle(late, List.of(nothing)).toCompletableFuture().get();
		assertThat(this.store.givenBack()).containsExactly(1L);
		assertThat(asked(POLICY, 0).states().get(0).remaining()).isEqualTo(100_000 - 59);
	}

	/** At the beginning of a cell of a minute. */
	private void beginCell() {
		this.time.passUntil(Cell.of(POLICY, this.time.millis()).end());
		if (Cell.of(POLICY, this.time.millis()).end() - this.time.millis() < 938) {
			beginCell();
		}
	}

	private List<Decision> acquire(Policy policy, int calls) throws Exception {
		List<Decision> decisions = new ArrayList<>();
		for (int i = 0; i < calls; i++) {
			decisions.add(asked(policy, 1));
		}
		return decisions;
	}

	private Decision asked(Policy policy, long cost) throws Exception {
		return this.here.acquire(List.of(new Charge(policy, "a", cost))).toCompletableFuture().get();
	}

	private long remainingInStore(Policy policy) throws Exception {
		return this.store.acquire(List.of(new Charge(policy, "a", 0)))
			.toCompletableFuture()
			.get()
			.states()
			.get(0)
			.remaining();
	}

	private static Policy policy(long permits, long lease) {
		return new Policy("p", Algorithm.SLIDING_WINDOW, List.of(new Limit(permits, Duration.ofMinutes(1))), 1,
				Policy.Mode.ENFORCED, lease);
	}

}
