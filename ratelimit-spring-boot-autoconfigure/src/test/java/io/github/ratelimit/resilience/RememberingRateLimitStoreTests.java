package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link RememberingRateLimitStore}.
 */
class RememberingRateLimitStoreTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Policy HALF_SECOND = new Policy("short", Algorithm.FIXED_WINDOW,
			new Limit(1, Duration.ofMillis(500)));

	private static final Policy HOUR = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(1, Duration.ofHours(1)));

	private final MovableStore asked = new MovableStore();

	private final RememberingRateLimitStore store = remembering();

	@ParameterizedTest
	@EnumSource
	void s23RejectedCallsCostNoTrip(Algorithm algorithm) {
		Policy policy = new Policy("p", algorithm, new Limit(3, Duration.ofHours(1)), new Limit(5, Duration.ofDays(1)));
		for (int i = 0; i < 3; i++) {
			assertThat(acquire(policy, 1).allowed()).isTrue();
		}
		for (int i = 0; i < 1000; i++) {
			assertThat(acquire(policy, 1).allowed()).isFalse();
		}
		assertThat(this.asked.asked).isEqualTo(3);
		assertThat(this.store.answered()).isEqualTo(1000);
	}

	@Test
	void storeIsAskedAgainInTheMillisecondBeforeTheRetry() {
		acquire(HALF_SECOND, 1);
		pass(Duration.ofNanos(498_999_999));
		assertThat(acquire(HALF_SECOND, 1).allowed()).isFalse();
		assertThat(this.asked.asked).isEqualTo(1);
		pass(Duration.ofNanos(1));
		assertThat(acquire(HALF_SECOND, 1).retryAfter()).isEqualTo(Duration.ofMillis(1));
		assertThat(this.asked.asked).isEqualTo(2);
		pass(Duration.ofMillis(1));
		assertThat(acquire(HALF_SECOND, 1).allowed()).isTrue();
	}

	@Test
	void clockOfTheStoreMayBeAheadByAPartOfAMillisecond() {
		pass(Duration.ofNanos(900_000));
		acquire(HALF_SECOND, 1);
		pass(Duration.ofNanos(499_200_000));
		assertThat(acquire(HALF_SECOND, 1).allowed()).isTrue();
	}

	@Test
	void timesPassByWhatHasElapsed() {
		Decision allowed = acquire(HALF_SECOND, 1);
		pass(Duration.ofMillis(300));
		Decision rejected = acquire(HALF_SECOND, 1);
		assertThat(rejected.time()).isEqualTo(allowed.time() + 300);
		assertThat(rejected.states())
			.containsExactly(new LimitState(new Charge(HALF_SECOND, "a", 1), HALF_SECOND.limits().get(0), 0,
					Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(200)));
		pass(Duration.ofNanos(100_500_000));
		assertThat(acquire(HALF_SECOND, 1).retryAfter()).isEqualTo(Duration.ofMillis(100));
		assertThat(this.asked.asked).isEqualTo(1);
	}

	@Test
	void timeThatHasPassedIsAMillisecond() {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(5, Duration.ofMillis(100)),
				new Limit(1, Duration.ofHours(1)));
		acquire(policy, 1);
		pass(Duration.ofMillis(300));
		LimitState room = acquire(policy, 1).states().get(0);
		assertThat(this.asked.asked).isEqualTo(1);
		assertThat(List.of(room.replenishAfter(), room.resetAfter())).containsOnly(Duration.ofMillis(1));
		assertThat(room.exhausted()).isFalse();
	}

	@Test
	void waitingForTheRetrySucceedsHoweverLongTheTripTook() {
		this.asked.tripNanos = Duration.ofMillis(50).toNanos();
		acquire(HALF_SECOND, 1);
		pass(Duration.ofMillis(100));
		Decision rejected = acquire(HALF_SECOND, 1);
		assertThat(this.asked.asked).isEqualTo(1);
		this.asked.tripNanos = 0;
		pass(rejected.retryAfter());
		assertThat(acquire(HALF_SECOND, 1).allowed()).isTrue();
	}

	@Test
	void tripIsPartOfTheTimeThatIsRemembered() {
		this.asked.tripNanos = Duration.ofMillis(50).toNanos();
		acquire(HALF_SECOND, 1);
		acquire(HOUR, 1);
		this.asked.tripNanos = 0;
		pass(Duration.ofMillis(350));
		assertThat(acquire(HALF_SECOND, 1).allowed()).isTrue();
		pass(Duration.ofMillis(549));
		assertThat(acquire(HOUR, 1).allowed()).isFalse();
		assertThat(this.asked.asked).isEqualTo(3);
		pass(Duration.ofMillis(1));
		assertThat(acquire(HOUR, 1).allowed()).isFalse();
		assertThat(this.asked.asked).isEqualTo(4);
	}

	@Test
	void nothingIsRememberedForLongerThanIsGiven() {
		acquire(HOUR, 1);
		pass(SECOND.minusNanos(1));
		assertThat(acquire(HOUR, 1).retryAfter()).isEqualTo(Duration.ofHours(1).minusMillis(999));
		assertThat(this.asked.asked).isEqualTo(1);
		pass(Duration.ofNanos(1));
		assertThat(acquire(HOUR, 1).retryAfter()).isEqualTo(Duration.ofHours(1).minusMillis(1000));
		assertThat(this.asked.asked).isEqualTo(2);
	}

	@Test
	void costThatNeverFitsIsRememberedToo() {
		for (int i = 0; i < 10; i++) {
			assertThat(acquire(HOUR, 2).retryAfter()).isNull();
			pass(Duration.ofMillis(90));
		}
		assertThat(this.asked.asked).isEqualTo(1);
		assertThat(acquire(HOUR, 1).allowed()).isTrue();
	}

	@Test
	void storeIsAskedWhatMoreThanOneMissingPermitMeans() {
		Policy policy = new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(5, Duration.ofHours(1)));
		assertThat(acquire(policy, 4).allowed()).isTrue();
		assertThat(acquire(policy, 4).retryAfter()).isEqualTo(Duration.ofMinutes(36));
		assertThat(this.asked.asked).isEqualTo(2);
		assertThat(acquire(policy, 4).retryAfter()).isEqualTo(Duration.ofMinutes(36));
		assertThat(this.asked.asked).isEqualTo(2);
	}

	@Test
	void storeIsAskedWhenTheFirstOfSeveralLimitsHasRoom() {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(1, Duration.ofMillis(100)),
				new Limit(1, Duration.ofHours(1)));
		acquire(policy, 1);
		pass(Duration.ofMillis(98));
		assertThat(acquire(policy, 1).exhausted()).hasSize(2);
		assertThat(this.asked.asked).isEqualTo(1);
		pass(Duration.ofMillis(2));
		assertThat(acquire(policy, 1).exhausted()).extracting(LimitState::limit)
			.containsExactly(new Limit(1, Duration.ofHours(1)));
	}

	@Test
	void anotherCostOrCallerIsAnotherCall() {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(3, Duration.ofHours(1)));
		acquire(policy, 2);
		assertThat(acquire(policy, 2).allowed()).isFalse();
		assertThat(acquire(policy, 1).allowed()).isTrue();
		assertThat(acquire(policy, 0).allowed()).isTrue();
		assertThat(join(this.store.acquire(List.of(new Charge(policy, "b", 2)))).allowed()).isTrue();
		Policy raised = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(5, Duration.ofHours(1)));
		assertThat(acquire(raised, 2).allowed()).isTrue();
	}

	@Test
	void resetEndsAtOnceWhatIsRememberedOfOneCaller() {
		Charge other = new Charge(HOUR, "b", 1);
		acquire(HOUR, 1);
		join(this.store.acquire(List.of(other)));
		join(this.store.reset(HOUR, "a"));
		assertThat(join(this.store.acquire(List.of(other))).allowed()).isFalse();
		assertThat(this.asked.asked).isEqualTo(2);
		assertThat(acquire(HOUR, 1).allowed()).isTrue();
	}

	@Test
	void rejectionThatAResetOvertakesIsNotRemembered() {
		acquire(HOUR, 1);
		pass(SECOND);
		hold();
		CompletableFuture<Decision> rejected = this.store.acquire(List.of(new Charge(HOUR, "a"))).toCompletableFuture();
		CompletableFuture<Void> held = this.asked.release;
		this.asked.release = CompletableFuture.completedFuture(null);
		join(this.store.reset(HOUR, "a"));
		held.complete(null);
		assertThat(rejected.join().allowed()).isFalse();
		assertThat(acquire(HOUR, 1).allowed()).isTrue();
	}

	@Test
	void rejectionThatIsAskedForDuringAResetIsForgottenWithIt() {
		acquire(HOUR, 1);
		hold();
		CompletableFuture<Void> reset = this.store.reset(HOUR, "a").toCompletableFuture();
		CompletableFuture<Void> held = this.asked.release;
		this.asked.release = CompletableFuture.completedFuture(null);
		assertThat(acquire(HOUR, 1).allowed()).isFalse();
		assertThat(this.asked.asked).isEqualTo(2);
		held.complete(null);
		reset.join();
		assertThat(acquire(HOUR, 1).allowed()).isTrue();
	}

	@Test
	void resetOnAnotherInstanceIsSeenAfterTheTimeThatIsGiven() {
		RememberingRateLimitStore other = remembering();
		acquire(HOUR, 1);
		join(other.reset(HOUR, "a"));
		pass(SECOND.minusNanos(1));
		assertThat(acquire(HOUR, 1).allowed()).isFalse();
		pass(Duration.ofNanos(1));
		assertThat(acquire(HOUR, 1).allowed()).isTrue();
	}

	@Test
	void policyThatGivesBackIsNotRememberedAnyMore() {
		Decision allowed = acquire(HOUR, 1);
		assertThat(acquire(HOUR, 1).allowed()).isFalse();
		join(this.store.settle(allowed, List.of(new Charge(HOUR, "a", 0))));
		for (int i = 0; i < 3; i++) {
			assertThat(acquire(HOUR, 1).allowed()).isEqualTo(i == 0);
		}
		assertThat(this.asked.asked).isEqualTo(4);
	}

	@Test
	void rejectionThatASettlementOvertakesIsNotRemembered() {
		Decision allowed = acquire(HOUR, 1);
		pass(SECOND);
		hold();
		CompletableFuture<Decision> rejected = this.store.acquire(List.of(new Charge(HOUR, "a"))).toCompletableFuture();
		join(this.store.settle(allowed, List.of(new Charge(HOUR, "a", 0))));
		this.asked.release.complete(null);
		assertThat(rejected.join().allowed()).isFalse();
		assertThat(acquire(HOUR, 1).allowed()).isTrue();
	}

	@Test
	void settlementThatGivesNothingBackChangesNothing() {
		Decision allowed = acquire(HOUR, 1);
		join(this.store.settle(allowed, List.of(new Charge(HOUR, "a", 1))));
		join(this.store.settle(allowed, List.of(new Charge(HOUR, "a", 2))));
		assertThat(acquire(HOUR, 1).allowed()).isFalse();
		assertThat(this.asked.asked).isEqualTo(1);
	}

	@Test
	void reservationsAreNotRemembered() {
		List<Charge> charges = List.of(new Charge(HOUR, "a"));
		RememberingRateLimitStore other = remembering();
		Decision reserved = join(other.reserve(charges));
		assertThat(join(this.store.reserve(charges)).allowed()).isFalse();
		join(other.settle(reserved, List.of(new Charge(HOUR, "a", 0))));
		assertThat(join(this.store.reserve(charges)).allowed()).isTrue();
		assertThat(join(other.reserve(charges)).allowed()).isFalse();
		assertThat(this.asked.asked).isEqualTo(4);
	}

	@Test
	void isBounded() {
		for (int i = 0; i < 30_000; i++) {
			join(this.store.acquire(List.of(new Charge(HOUR, "caller-" + i))));
		}
		assertThat(this.store.size()).isBetween(1L, 10_000L);
		pass(SECOND);
		assertThat(this.store.size()).isZero();
	}

	@Test
	void failureIsNotRemembered() {
		hold();
		CompletableFuture<Decision> failed = this.store.acquire(List.of(new Charge(HOUR, "a"))).toCompletableFuture();
		this.asked.release.completeExceptionally(new RateLimitStoreException("gone", null));
		assertThatThrownBy(failed::get).hasCauseInstanceOf(RateLimitStoreException.class);
		this.asked.release = CompletableFuture.completedFuture(null);
		join(this.asked.reset(HOUR, "a"));
		assertThat(acquire(HOUR, 1).allowed()).isTrue();
	}

	private RememberingRateLimitStore remembering() {
		return new RememberingRateLimitStore(this.asked, SECOND, () -> this.asked.nanos);
	}

	private Decision acquire(Policy policy, long cost) {
		return join(this.store.acquire(List.of(new Charge(policy, "a", cost))));
	}

	private static <T> T join(CompletionStage<T> answer) {
		return answer.toCompletableFuture().join();
	}

	private void hold() {
		this.asked.release = new CompletableFuture<>();
	}

	private void pass(Duration time) {
		this.asked.nanos += time.toNanos();
	}

}
