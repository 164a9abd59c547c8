package io.github.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every store promises of policies that ban callers. Here, a call is {@code +} if it
 * is allowed, {@code -} if it is rejected, and {@code x} if it is rejected by a ban.
 */
public abstract class BanContract {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Ban BAN = new Ban(3, Duration.ofMinutes(10), HOUR);

	private final AtomicLong now = new AtomicLong(1_700_000_000_000L);

	private RateLimitStore store;

	/**
	 * An empty store that goes by the given clock, in milliseconds, and by no other; for
	 * calls one after the other.
	 */
	protected abstract RateLimitStore store(LongSupplier clock);

	@BeforeEach
	void createStore() {
		this.store = store(this.now::get);
	}

	@ParameterizedTest
	@EnumSource
	void callerThatKeepsKnockingIsShutOutAndMayComeBack(Algorithm algorithm) {
		Policy policy = new Policy("p", algorithm, new Limit(2, MINUTE)).with(BAN);
		assertThat(calls(policy, 7)).isEqualTo("++--xxx");
		Decision rejected = acquire(policy, 1);
		assertThat(rejected.retryAfter()).isEqualTo(HOUR);
		assertThat(rejected.exhausted()).hasSize(1);
		assertThat(rejected.states().get(0).bannedFor()).isEqualTo(HOUR);
		assertThat(rejected.states().get(0).remaining()).isZero();
		pass(HOUR.minusMillis(1));
		assertThat(acquire(policy, 1).retryAfter()).isEqualTo(Duration.ofMillis(1));
		pass(Duration.ofMillis(1));
		assertThat(calls(policy, 1)).isEqualTo("+");
		assertThat(this.store.acquire(List.of(new Charge(policy, "other"))).toCompletableFuture().join().allowed())
			.isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void banIsNewToTheCallThatLedToItAndToNoOther(Algorithm algorithm) {
		Policy policy = new Policy("p", algorithm, new Limit(2, MINUTE), new Limit(5, HOUR)).with(BAN);
		for (int ban = 0; ban < 2; ban++) {
			assertThat(calls(policy, 4)).isEqualTo("++--");
			assertThat(acquire(policy, 1).states()).extracting(LimitState::newlyBanned).containsExactly(true, true);
			for (long cost : new long[] { 1, 1, 2, 0, 9 }) {
				assertThat(acquire(policy, cost).states()).extracting(LimitState::banned).containsOnly(true);
				assertThat(acquire(policy, cost).states()).extracting(LimitState::newlyBanned).containsOnly(false);
			}
			pass(HOUR);
		}
	}

	@Test
	void knocksCountFromTheFirstOfThem() {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(2, HOUR)).with(BAN);
		assertThat(calls(policy, 4)).isEqualTo("++--");
		pass(Duration.ofMinutes(10));
		assertThat(calls(policy, 2)).isEqualTo("--");
		pass(Duration.ofMinutes(10).minusMillis(1));
		assertThat(calls(policy, 1)).isEqualTo("x");
	}

	@Test
	void banLastsAsLongAsItSaysHoweverManyThereWere() {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(1, MINUTE)).with(BAN);
		for (int i = 0; i < 3; i++) {
			acquire(policy, 1);
			calls(policy, 3);
			assertThat(acquire(policy, 1).retryAfter()).isEqualTo(HOUR);
			pass(HOUR);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatCostsNothingIsAnsweredAndTellsOfTheBan(Algorithm algorithm) {
		Policy policy = new Policy("p", algorithm, new Limit(2, MINUTE)).with(BAN);
		assertThat(calls(policy, 4)).isEqualTo("++--");
		for (int i = 0; i < 5; i++) {
			assertThat(acquire(policy, 0).states().get(0).banned()).isFalse();
		}
		assertThat(calls(policy, 1)).isEqualTo("x");
		pass(Duration.ofMinutes(20));
		for (int i = 0; i < 5; i++) {
			Decision look = acquire(policy, 0);
			assertThat(look.allowed()).isTrue();
			assertThat(look.retryAfter()).isZero();
			assertThat(look.states().get(0).bannedFor()).isEqualTo(Duration.ofMinutes(40));
			assertThat(look.states().get(0).remaining()).isZero();
		}
		assertThat(calls(policy, 1)).isEqualTo("x");
	}

	@Test
	void callThatAnotherPolicyRejectsIsNoKnock() {
		Policy bans = new Policy("bans", Algorithm.SLIDING_WINDOW, new Limit(5, MINUTE)).with(BAN);
		Policy other = new Policy("other", Algorithm.SLIDING_WINDOW, new Limit(1, MINUTE));
		for (int i = 0; i < 9; i++) {
			acquire(bans, other);
		}
		assertThat(calls(bans, 6)).isEqualTo("++++--");
		Decision third = acquire(other, bans);
		assertThat(third.states()).extracting(LimitState::banned).containsExactly(false, true);
		assertThat(third.exhausted()).hasSize(2);
		assertThat(third.retryAfter()).isEqualTo(HOUR);
		pass(HOUR);
		assertThat(acquire(bans, other).allowed()).isTrue();
	}

	@Test
	void bannedCallerIsChargedToNoPolicy() {
		Policy bans = new Policy("bans", Algorithm.SLIDING_WINDOW, new Limit(1, MINUTE)).with(BAN);
		Policy other = new Policy("other", Algorithm.SLIDING_WINDOW, new Limit(5, HOUR.multipliedBy(9)));
		calls(bans, 4);
		pass(Duration.ofMinutes(2));
		assertThat(acquire(other, bans).allowed()).isFalse();
		assertThat(acquire(other, 0).states().get(0).remaining()).isEqualTo(5);
	}

	@Test
	void policyThatLooksOnBansNobodyAndLiftsNoBan() {
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(1, MINUTE)).with(BAN);
		Policy looksOn = policy.in(Policy.Mode.SHADOW);
		assertThat(calls(looksOn, 9)).isEqualTo("+++++++++");
		assertThat(calls(policy, 3)).isEqualTo("--x");
		pass(Duration.ofMinutes(2));
		assertThat(acquire(looksOn, 1).states().get(0).banned()).isFalse();
		assertThat(acquire(policy, 1).retryAfter()).isEqualTo(HOUR.minusMinutes(2));
	}

	@ParameterizedTest
	@EnumSource
	void resetLiftsABanAndForgetsIt(Algorithm algorithm) {
		Policy policy = new Policy("p", algorithm, new Limit(1, MINUTE)).with(BAN);
		for (int i = 0; i < 2; i++) {
			assertThat(calls(policy, 5)).isEqualTo("+--xx");
			assertThat(acquire(policy, 1).retryAfter()).isEqualTo(HOUR);
			this.store.reset(policy, "a").toCompletableFuture().join();
		}
	}

	@ParameterizedTest
	@EnumSource
	void settlementLeavesBanAndKnocksAlone(Algorithm algorithm) {
		Policy policy = new Policy("p", algorithm, new Limit(2, MINUTE)).with(BAN);
		Decision first = acquire(policy, 2);
		assertThat(calls(policy, 2)).isEqualTo("--");
		settle(first, 0);
		Decision second = acquire(policy, 2);
		assertThat(second.allowed()).isTrue();
		assertThat(calls(policy, 1)).isEqualTo("x");
		settle(second, 0);
		assertThat(acquire(policy, 1).retryAfter()).isEqualTo(HOUR);
		pass(HOUR);
		assertThat(calls(policy, 3)).isEqualTo("++-");
	}

	@Test
	void costThatNeverFitsIsAKnockAndIsNeverToldWhen() {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(5, MINUTE)).with(BAN);
		for (int i = 0; i < 3; i++) {
			assertThat(acquire(policy, 6).retryAfter()).isNull();
		}
		assertThat(calls(policy, 1)).isEqualTo("x");
	}

	@Test
	void whatWasCountedStaysCountedWhenTheBanChanges() {
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(1, MINUTE)).with(BAN);
		assertThat(calls(policy, 3)).isEqualTo("+--");
		Policy stricter = policy.with(new Ban(2, MINUTE, MINUTE));
		assertThat(calls(stricter, 1)).isEqualTo("x");
		assertThat(acquire(policy, 1).states().get(0).bannedFor()).isEqualTo(MINUTE);
	}

	@Test
	void banThatHasBegunEndsWhenItSaidWhateverTheConfigurationSaysThen() {
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(1, MINUTE)).with(BAN);
		assertThat(calls(policy, 4)).isEqualTo("+--x");
		for (Ban ban : new Ban[] { new Ban(1, MINUTE, MINUTE), new Ban(1000, HOUR, HOUR.multipliedBy(9)) }) {
			assertThat(acquire(policy.with(ban), 1).states().get(0).bannedFor()).isEqualTo(HOUR);
		}
		pass(HOUR);
		assertThat(calls(policy.with(new Ban(1000, HOUR, HOUR)), 3)).isEqualTo("+--");
	}

	private String calls(Policy policy, int times) {
		return IntStream.range(0, times).mapToObj((i) -> outcome(acquire(policy, 1))).collect(Collectors.joining());
	}

	private static String outcome(Decision decision) {
		if (decision.allowed()) {
			return "+";
		}
		return decision.states().get(0).banned() ? "x" : "-";
	}

	private Decision acquire(Policy policy, long cost) {
		return this.store.acquire(List.of(new Charge(policy, "a", cost))).toCompletableFuture().join();
	}

	private Decision acquire(Policy one, Policy other) {
		return this.store.acquire(List.of(new Charge(one, "a"), new Charge(other, "a"))).toCompletableFuture().join();
	}

	private void settle(Decision decision, long cost) {
		Charge charge = decision.charges().get(0);
		this.store.settle(decision, List.of(new Charge(charge.policy(), charge.key(), cost)))
			.toCompletableFuture()
			.join();
	}

	private void pass(Duration time) {
		this.now.addAndGet(time.toMillis());
	}

}
