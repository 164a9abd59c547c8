package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.memory.MemoryRateLimitStore;
import io.github.ratelimit.resilience.RememberingRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link Reservation}, and of how {@link RateLimiter} makes it.
 */
class ReservationTests {

	private static final Policy TOKENS = new Policy("tokens", Algorithm.SLIDING_WINDOW,
			new Limit(1000, Duration.ofMinutes(1)));

	private static final Policy CALLS = new Policy("calls", Algorithm.FIXED_WINDOW,
			new Limit(10, Duration.ofMinutes(1)));

	private final List<Decision> told = new ArrayList<>();

	private final RateLimiter rateLimiter = new RateLimiter(new MemoryRateLimitStore(),
			Map.of("tokens", TOKENS, "calls", CALLS)::get, List.of(this.told::add));

	@Test
	void estimateIsChargedUntilTheCostIsKnown() throws Exception {
		Reservation reservation = this.rateLimiter.reserve("tokens", "a", 800);
		assertThat(reservation.decision().allowed()).isTrue();
		assertThat(remaining(TOKENS)).isEqualTo(200);
		reservation.settle(150).toCompletableFuture().get();
		assertThat(remaining(TOKENS)).isEqualTo(850);
	}

	@Test
	void costMayBeHigherThanTheEstimate() throws Exception {
		this.rateLimiter.reserve("tokens", "a", 100).settle(2000).toCompletableFuture().get();
		assertThat(remaining(TOKENS)).isZero();
	}

	@Test
	void reservationIsMadeWithoutWaitingToo() throws Exception {
		Reservation reservation = this.rateLimiter.reserveAsync("tokens", "a", 800).toCompletableFuture().get();
		reservation.settle(150).toCompletableFuture().get();
		assertThat(remaining(TOKENS)).isEqualTo(850);
		assertThatExceptionOfType(UnknownPolicyException.class)
			.isThrownBy(() -> this.rateLimiter.reserveAsync("logn", "a", 1));
		assertThatExceptionOfType(UnknownPolicyException.class)
			.isThrownBy(() -> this.rateLimiter.reserve("logn", "a", 1));
	}

	@Test
	void chargesAreSettledEachAtItsOwnCostInAnyOrder() throws Exception {
		Reservation reservation = reserveBoth();
		reservation.settle(List.of(new Charge(CALLS, "a", 2), new Charge(TOKENS, "a", 300)))
			.toCompletableFuture()
			.get();
		assertThat(List.of(remaining(TOKENS), remaining(CALLS))).containsExactly(700L, 8L);
	}

	@Test
	void chargesLeftOutKeepWhatWasCharged() throws Exception {
		Reservation reservation = reserveBoth();
		reservation.settle(List.of(new Charge(TOKENS, "a", 0))).toCompletableFuture().get();
		assertThat(List.of(remaining(TOKENS), remaining(CALLS))).containsExactly(1000L, 9L);
		reserveBoth().settle(List.of()).toCompletableFuture().get();
		assertThat(List.of(remaining(TOKENS), remaining(CALLS))).containsExactly(200L, 8L);
	}

	@Test
	void cancellationGivesAllChargesBack() throws Exception {
		reserveBoth().cancel().toCompletableFuture().get();
		assertThat(List.of(remaining(TOKENS), remaining(CALLS))).containsExactly(1000L, 10L);
	}

	@Test
	void settledReservationCannotBeSettledAgain() throws Exception {
		Reservation reservation = this.rateLimiter.reserve("tokens", "a", 800);
		reservation.settle(500).toCompletableFuture().get();
		assertThatIllegalStateException().isThrownBy(() -> reservation.settle(0))
			.withMessage("The reservation has been settled or cancelled already");
		assertThat(remaining(TOKENS)).isEqualTo(500);
	}

	@Test
	void cancellationAfterASettlementDoesNothing() throws Exception {
		Reservation reservation = this.rateLimiter.reserve("tokens", "a", 800);
		reservation.settle(500).toCompletableFuture().get();
		reservation.cancel().toCompletableFuture().get();
		assertThat(remaining(TOKENS)).isEqualTo(500);
	}

	@Test
	void cancelledReservationCannotBeSettled() throws Exception {
		Reservation reservation = this.rateLimiter.reserve("tokens", "a", 800);
		reservation.cancel().toCompletableFuture().get();
		reservation.cancel().toCompletableFuture().get();
		assertThatIllegalStateException().isThrownBy(() -> reservation.settle(800));
		assertThat(remaining(TOKENS)).isEqualTo(1000);
	}

	@Test
	void listenersAreToldWhenTheStoreHasCorrectedIt() throws Exception {
		CompletableFuture<Void> corrected = new CompletableFuture<>();
		List<Object> told = new ArrayList<>();
		RateLimiter limiter = new RateLimiter(new SettlingStore(corrected), Map.of("tokens", TOKENS)::get,
				List.of(new Settlements(told)));
		Reservation settled = limiter.reserve("tokens", "a", 800);
		settled.settle(150);
		Reservation cancelled = limiter.reserve("tokens", "b", 100);
		cancelled.cancel();
		assertThat(told).isEmpty();
		corrected.complete(null);
		cancelled.cancel();
		assertThat(told).containsExactlyInAnyOrder(List.of(new Charge(TOKENS, "a", 150)), cancelled.decision());
	}

	@Test
	void listenersAreNotToldOfASettlementThatFails() {
		List<Object> told = new ArrayList<>();
		RateLimiter limiter = new RateLimiter(
				new SettlingStore(CompletableFuture.failedFuture(new RateLimitStoreException("gone", null))),
				Map.of("tokens", TOKENS)::get, List.of(new Settlements(told)));
		assertThat(limiter.reserve("tokens", "a", 800).settle(150)).failsWithin(Duration.ofSeconds(1))
			.withThrowableThat()
			.withCauseInstanceOf(RateLimitStoreException.class);
		assertThat(told).isEmpty();
	}

	@Test
	void rejectedReservationHasNothingToSettle() throws Exception {
		Reservation rejected = this.rateLimiter.reserve("tokens", "a", 1001);
		assertThat(rejected.decision().allowed()).isFalse();
		assertThatIllegalStateException().isThrownBy(() -> rejected.settle(500))
			.withMessage("The call was rejected: nothing was charged that could be settled");
		rejected.cancel().toCompletableFuture().get();
		assertThat(remaining(TOKENS)).isEqualTo(1000);
	}

	@Test
	void wrongChargesAreRefusedAndTheReservationCanStillBeSettled() throws Exception {
		Reservation reservation = this.rateLimiter.reserve("tokens", "a", 800);
		assertThatIllegalArgumentException().isThrownBy(() -> reservation.settle(-1));
		assertThatIllegalArgumentException().isThrownBy(() -> reservation.settle(List.of(new Charge(CALLS, "a"))))
			.withMessage("Policy 'calls' was not charged for this key");
		assertThatIllegalArgumentException().isThrownBy(() -> reservation.settle(List.of(new Charge(TOKENS, "b"))));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> reservation.settle(List.of(new Charge(TOKENS, "a", 1), new Charge(TOKENS, "a", 2))));
		reservation.settle(1).toCompletableFuture().get();
		assertThat(remaining(TOKENS)).isEqualTo(999);
	}

	@Test
	void settlementIsNoDecision() throws Exception {
		Reservation reservation = this.rateLimiter.reserve("tokens", "a", 800);
		reservation.settle(5).toCompletableFuture().get();
		assertThat(this.told).containsExactly(reservation.decision());
	}

	@Test
	void storeIsToldThatPermitsMayComeBack() throws Exception {
		MemoryRateLimitStore shared = new MemoryRateLimitStore();
		RateLimiter remembering = new RateLimiter(new RememberingRateLimitStore(shared, Duration.ofMinutes(1)),
				Map.of("calls", CALLS)::get, List.of());
		assertThat(remembering.tryAcquire("calls", "a", 9).allowed()).isTrue();
		assertThat(remembering.tryAcquire("calls", "a", 9).allowed()).isFalse();
		shared.reset(CALLS, "a").toCompletableFuture().get();
		assertThat(remembering.tryAcquire("calls", "a", 9).allowed()).isFalse();
		assertThat(remembering.reserve("calls", "a", 9).decision().allowed()).isTrue();
	}

	private Reservation reserveBoth() {
		return this.rateLimiter.reserve(List.of(new Charge(TOKENS, "a", 800), new Charge(CALLS, "a")));
	}

	private long remaining(Policy policy) {
		return this.rateLimiter.tryAcquire(policy.name(), "a", 0).states().get(0).remaining();
	}

	/** Settles when a test says so. */
	private record SettlingStore(RateLimitStore store, CompletionStage<Void> corrected) implements RateLimitStore {

		SettlingStore(CompletionStage<Void> corrected) {
			this(new MemoryRateLimitStore(), corrected);
		}

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
			return this.corrected;
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return this.store.reset(policy, key);
		}

	}

	private record Settlements(List<Object> told) implements RateLimitListener {

		@Override
		public void onDecision(Decision decision) {
		}

		@Override
		public void onSettlement(Decision decision, List<Charge> actual) {
			this.told.add(actual);
		}

		@Override
		public void onCancellation(Decision decision) {
			this.told.add(decision);
		}

	}

}
