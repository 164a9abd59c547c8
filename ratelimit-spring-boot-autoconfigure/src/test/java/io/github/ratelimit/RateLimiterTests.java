package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link RateLimiter}.
 */
class RateLimiterTests {

	private static final Policy POLICY = new Policy("reports", Algorithm.FIXED_WINDOW,
			List.of(new Limit(4, Duration.ofMinutes(1))), 2);

	private final List<Decision> told = new ArrayList<>();

	private final RateLimiter rateLimiter = limiter(new MemoryRateLimitStore());

	@Test
	void policyIsFoundByNameAndItsCostIsCharged() {
		assertThat(this.rateLimiter.tryAcquire("reports", "a").states().get(0).remaining()).isEqualTo(2);
		assertThat(this.rateLimiter.tryAcquire("reports", "a", 1).states().get(0).remaining()).isEqualTo(1);
		assertThat(this.rateLimiter.tryAcquire("reports", "a").allowed()).isFalse();
	}

	@Test
	void asynchronousCallsDecideAlike() throws Exception {
		assertThat(this.rateLimiter.tryAcquireAsync("reports", "a").toCompletableFuture().get().allowed()).isTrue();
		assertThat(this.rateLimiter.tryAcquireAsync("reports", "a", 3).toCompletableFuture().get().allowed()).isFalse();
		assertThat(this.rateLimiter.tryAcquire("reports", "a", 0).states().get(0).remaining()).isEqualTo(2);
		assertThatExceptionOfType(UnknownPolicyException.class)
			.isThrownBy(() -> this.rateLimiter.tryAcquireAsync("logn", "a"));
	}

	@Test
	void listenersAreToldOfEveryDecision() {
		Decision allowed = this.rateLimiter.tryAcquire("reports", "a", 4);
		Decision rejected = this.rateLimiter.tryAcquire("reports", "a", 1);
		assertThat(this.told).containsExactly(allowed, rejected);
	}

	@Test
	void listenersAreToldOfExemptionsFromWhatIsInForce() {
		List<Policy> exempt = new ArrayList<>();
		RateLimiter limiter = new RateLimiter(new MemoryRateLimitStore(), (name) -> null,
				List.of(new Exemptions(exempt)));
		limiter.exempt(POLICY);
		limiter.exempt(Policy.disabled("off"));
		assertThat(exempt).containsExactly(POLICY);
	}

	private record Exemptions(List<Policy> told) implements RateLimitListener {

		@Override
		public void onDecision(Decision decision) {
		}

		@Override
		public void onExemption(Policy policy) {
			this.told.add(policy);
		}

	}

	@Test
	void unknownPolicyIsATypedFailure() {
		assertThatExceptionOfType(UnknownPolicyException.class)
			.isThrownBy(() -> this.rateLimiter.tryAcquire("logn", "a"))
			.withMessage("No rate limit policy is named 'logn'")
			.satisfies((ex) -> assertThat(ex.name()).isEqualTo("logn"));
	}

	@Test
	void oneCallerCannotBeChargedTwiceAtOnce() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.rateLimiter.tryAcquire(List.of(new Charge(POLICY, "a"), new Charge(POLICY, "a", 1))))
			.withMessage("Policy 'reports' is charged twice for the same key");
		assertThatIllegalArgumentException().isThrownBy(() -> this.rateLimiter.tryAcquire(List.of()));
	}

	@Test
	void policyThatIsNotInForceIsChargedNothing() throws Exception {
		Policy off = Policy.disabled("off");
		assertThat(this.rateLimiter.policy("off")).isEqualTo(off);
		Decision decision = this.rateLimiter.tryAcquire("off", "a", Limit.MAX_PERMITS);
		assertThat(decision).isEqualTo(new Decision(true, 0, List.of()));
		assertThat(this.rateLimiter.tryAcquire("off", "a").allowed()).isTrue();
		this.rateLimiter.reset("off", "a").toCompletableFuture().get();
		Reservation reservation = this.rateLimiter.reserve(List.of(new Charge(off, "a"), new Charge(POLICY, "a", 3)));
		assertThat(reservation.decision().charges()).containsExactly(new Charge(POLICY, "a", 3));
		reservation.settle(List.of(new Charge(off, "a", 5), new Charge(POLICY, "a", 1))).toCompletableFuture().get();
		assertThat(this.rateLimiter.tryAcquire("reports", "a", 0).states().get(0).remaining()).isEqualTo(3);
		assertThat(this.told).hasSize(2);
	}

	@Test
	void resetForgets() throws Exception {
		this.rateLimiter.tryAcquire("reports", "a", 4);
		this.rateLimiter.reset("reports", "a").toCompletableFuture().get();
		assertThat(this.rateLimiter.tryAcquire("reports", "a", 4).allowed()).isTrue();
	}

	@Test
	void rejectionCarriesItsDecision() {
		this.rateLimiter.tryAcquire("reports", "a", 3).orElseThrow();
		Decision rejected = this.rateLimiter.tryAcquire("reports", "a");
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(rejected::orElseThrow)
			.satisfies((ex) -> assertThat(ex.getStackTrace()).isEmpty())
			.withMessage("Rate limit exceeded: 'reports' (4/1m)")
			.satisfies((ex) -> assertThat(ex.decision()).isEqualTo(rejected));
	}

	@Test
	void failureOfTheStoreIsTyped() {
		RateLimitStoreException typed = new RateLimitStoreException("gone", null);
		assertThatExceptionOfType(RateLimitStoreException.class)
			.isThrownBy(() -> limiter(failing(typed)).tryAcquire("reports", "a"))
			.isSameAs(typed);
		assertThatExceptionOfType(RateLimitStoreException.class)
			.isThrownBy(() -> limiter(failing(new IllegalStateException())).tryAcquire("reports", "a"))
			.withMessage("The store 'failing' could not decide")
			.withCauseInstanceOf(IllegalStateException.class);
	}

	@Test
	void failureOfAListenerIsNoFailureOfTheStore() {
		RateLimiter limiter = new RateLimiter(new MemoryRateLimitStore(), Map.of("reports", POLICY)::get,
				List.of((decision) -> {
					throw new IllegalStateException("from the listener");
				}));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> limiter.tryAcquire("reports", "a"))
			.withMessage("from the listener");
	}

	@Test
	void interruptionIsKept() {
		RateLimiter hanging = limiter(answering(new CompletableFuture<>()));
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(RateLimitStoreException.class).isThrownBy(() -> hanging.tryAcquire("reports", "a"));
		assertThat(Thread.interrupted()).isTrue();
	}

	private RateLimiter limiter(RateLimitStore store) {
		return new RateLimiter(store, Map.of("reports", POLICY, "off", Policy.disabled("off"))::get,
				List.of(this.told::add));
	}

	private static RateLimitStore failing(Exception failure) {
		return answering(CompletableFuture.failedFuture(failure));
	}

	private static RateLimitStore answering(CompletableFuture<Decision> answer) {
		return new RateLimitStore() {

			@Override
			public String name() {
				return "failing";
			}

			@Override
			public CompletionStage<Decision> acquire(List<Charge> charges) {
				return answer;
			}

			@Override
			public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
				return answer.thenAccept((same) -> {
				});
			}

			@Override
			public CompletionStage<Void> reset(Policy policy, String key) {
				return answer.thenAccept((decision) -> {
				});
			}

		};
	}

}
