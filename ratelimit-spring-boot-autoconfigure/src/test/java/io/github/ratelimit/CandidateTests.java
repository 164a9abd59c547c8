package io.github.ratelimit;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of what looks on beside a policy.
 */
class CandidateTests {

	private static final Policy POLICY = new Policy("api", Algorithm.SLIDING_WINDOW, Limit.parse("10/1h"))
		.withCandidate(Limit.parseAll("5/1h"));

	private final Asked store = new Asked();

	private final RateLimitOverrides overrides = RateLimitOverrides.local(InstantSource.system());

	private final Map<String, Policy> policies = new HashMap<>(Map.of("api", POLICY));

	private final List<Decision> told = new ArrayList<>();

	private final RateLimiter limiter = new RateLimiter(this.store, this.policies::get, List.of(this.told::add),
			this.overrides);

	@Test
	void candidateIsCountedExactlyAndRejectsNobody() {
		for (int i = 0; i < 12; i++) {
			assertThat(this.limiter.tryAcquire("api", "a").allowed()).isEqualTo(i < 10);
		}
		assertThat(this.told.stream().filter(Decision::allowed).filter((decision) -> charged(decision, 1))).hasSize(5);
		assertThat(this.told.stream().filter(Decision::allowed).filter((decision) -> !charged(decision, 1))).hasSize(5);
		assertThat(this.told).allSatisfy((decision) -> assertThat(decision.enforced().states()).hasSize(1));
	}

	@Test
	void itIsPartOfTheSameCall() {
		this.limiter.tryAcquire("api", "a", 3);
		this.limiter.tryAcquireAsync(List.of(new Charge(POLICY, "a", 2)));
		this.limiter.reserve("api", "a", 1);
		this.limiter.reserveAsync("api", "a", 1);
		assertThat(this.store.asked).allSatisfy((charges) -> assertThat(charges).extracting(CandidateTests::text)
			.containsExactly("api a " + charges.get(0).cost(), "api-candidate a " + charges.get(0).cost()));
		assertThat(this.store.asked).hasSize(4);
	}

	@ParameterizedTest
	@CsvSource({ "settle, 2", "given, 2", "cancel, 0" })
	void settlementCorrectsIt(String how, long spent) throws Exception {
		Reservation reservation = this.limiter.reserve("api", "a", 4);
		switch (how) {
			case "settle" -> reservation.settle(2);
			case "given" -> reservation.settle(List.of(new Charge(POLICY, "a", 2)));
			default -> reservation.cancel();
		}
		assertThat(remaining("api")).isEqualTo(10 - spent);
		assertThat(remaining("api-candidate")).isEqualTo(5 - spent);
	}

	@Test
	void settlementLeavesAloneWhatItHadNoRoomFor() throws Exception {
		Reservation reservation = this.limiter.reserve("api", "a", 6);
		reservation.settle(List.of(new Charge(POLICY, "a", 2))).toCompletableFuture().get();
		assertThat(remaining("api")).isEqualTo(8);
		assertThat(remaining("api-candidate")).isEqualTo(5);
	}

	@Test
	void itIsFoundByItsNameAndResetWithItsPolicy() throws Exception {
		this.limiter.tryAcquire("api", "a", 3);
		assertThat(this.limiter.policy("api-candidate")).isEqualTo(POLICY.candidate());
		assertThat(this.limiter.look("api", "a").toCompletableFuture().get()).hasSize(1);
		assertThat(remaining("api-candidate")).isEqualTo(2);
		this.limiter.reset("api", "a").toCompletableFuture().get();
		assertThat(remaining("api")).isEqualTo(10);
		assertThat(remaining("api-candidate")).isEqualTo(5);
		assertThatExceptionOfType(UnknownPolicyException.class)
			.isThrownBy(() -> this.limiter.policy("other-candidate"));
		this.policies.put("other", POLICY.candidate());
		assertThatExceptionOfType(UnknownPolicyException.class)
			.isThrownBy(() -> this.limiter.policy("other-candidate"));
	}

	@Test
	void itIsOffWithItsPolicyAndEnforcedIfAnOperatorSaysSo() {
		override("api", Policy.Mode.OFF);
		this.limiter.tryAcquire("api", "a", 3);
		assertThat(this.store.asked).isEmpty();
		override("api", Policy.Mode.ENFORCED);
		override("api-candidate", Policy.Mode.ENFORCED);
		assertThat(this.limiter.tryAcquire("api", "a", 6).allowed()).isFalse();
		assertThat(this.limiter.tryAcquire("api", "a", 5).allowed()).isTrue();
	}

	@Test
	void itStaysWhenLimitsAndModeChange() {
		Policy changed = POLICY.with(Limit.parseAll("99/1h")).in(Policy.Mode.SHADOW);
		assertThat(changed.candidate()).isEqualTo(POLICY.candidate());
		assertThat(POLICY.candidate().mode()).isEqualTo(Policy.Mode.SHADOW);
	}

	@Test
	void itIsNotChargedTwice() {
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.limiter.tryAcquire(List.of(new Charge(POLICY, "a"), new Charge(POLICY.candidate(), "a"))))
			.withMessage("Policy 'api-candidate' is charged twice for the same key");
	}

	private void override(String policy, Policy.Mode mode) {
		this.overrides
			.save(new RateLimitOverride(policy, null, List.of(), mode, null, "", "", InstantSource.system().instant()));
	}

	private long remaining(String policy) throws Exception {
		return this.limiter.look(policy, "a").toCompletableFuture().get().get(0).remaining();
	}

	private static boolean charged(Decision decision, int index) {
		return decision.charged(decision.charges().get(index));
	}

	private static String text(Charge charge) {
		return charge.policy().name() + " " + charge.key() + " " + charge.cost();
	}

	private static final class Asked implements RateLimitStore {

		private final RateLimitStore store = new MemoryRateLimitStore();

		private final List<List<Charge>> asked = new ArrayList<>();

		@Override
		public String name() {
			return "asked";
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			this.asked.add(charges);
			return this.store.acquire(charges);
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			return this.store.settle(decision, actual);
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return this.store.reset(policy, key);
		}

	}

}
