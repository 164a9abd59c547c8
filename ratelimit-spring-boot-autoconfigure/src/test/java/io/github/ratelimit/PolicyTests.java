package io.github.ratelimit;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link Policy} and {@link Charge}.
 */
class PolicyTests {

	private static final Limit LIMIT = new Limit(5, Duration.ofMinutes(1));

	@ParameterizedTest
	@ValueSource(strings = { "", "Login", "log in", "login_1", "naïve", "-login", "a\"b", "a:b",
			"0123456789012345678901234567890123456789012345678901234567890123x" })
	void nameThatIsUnfitForAHeaderIsRefused(String name) {
		invalid("name", () -> new Policy(name, Algorithm.FIXED_WINDOW, LIMIT));
	}

	@Test
	void leaseIsForSlidingWindowsAndNoMoreThanTheyHold() {
		List<Limit> limits = List.of(new Limit(9, Duration.ofHours(1)), LIMIT);
		invalid("lease", () -> new Policy("p", Algorithm.SLIDING_WINDOW, limits, 1, Policy.Mode.ENFORCED, 6));
		invalid("lease", () -> new Policy("p", Algorithm.SLIDING_WINDOW, limits, 1, Policy.Mode.ENFORCED, -1));
		invalid("lease", () -> new Policy("p", Algorithm.TOKEN_BUCKET, limits, 1, Policy.Mode.ENFORCED, 1));
		invalid("lease", () -> new Policy("p", Algorithm.FIXED_WINDOW, limits, 1, Policy.Mode.ENFORCED, 1));
		assertThat(new Policy("p", Algorithm.SLIDING_WINDOW, limits, 1, Policy.Mode.ENFORCED, 5).lease()).isEqualTo(5);
		assertThat(new Policy("p", Algorithm.FIXED_WINDOW, limits, 1).lease()).isZero();
	}

	@Test
	void banStaysWithOtherLimitsAndModesAndGoesWithoutALease() {
		Ban ban = Ban.parse("1 rejection in 1m", Duration.ofSeconds(90));
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, LIMIT).with(ban);
		assertThat(policy.with(List.of(new Limit(9, Duration.ofHours(1)))).ban()).isEqualTo(ban);
		assertThat(policy.in(Policy.Mode.SHADOW).ban()).isEqualTo(ban);
		assertThat(policy.bans()).isTrue();
		assertThat(policy.in(Policy.Mode.SHADOW).bans()).isFalse();
		assertThat(ban).hasToString("1/1m for 90s");
		invalid("ban",
				() -> new Policy("p", Algorithm.SLIDING_WINDOW, List.of(LIMIT), 1, Policy.Mode.ENFORCED, 5, ban));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "5", "5/", "0/1m", "-1/1m", "5/1m burst 3", "5 rejections", "5 rejections within 1m",
			"9007199254740992/1m", "5/0s", "5/36501d" })
	void banAfterAnythingButRejectionsInATimeIsRefused(String after) {
		invalid("ban.after", () -> Ban.parse(after, Duration.ofHours(1)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S", "PT0.0001S", "P36501D" })
	void banForNoTimeIsRefused(String length) {
		invalid("ban.for", () -> Ban.parse("5/1m", Duration.parse(length)));
	}

	@Test
	void policyWithoutLimitsIsRefused() {
		invalid("limits", () -> new Policy("p", Algorithm.FIXED_WINDOW));
	}

	@Test
	void twoLimitsOfOneWindowAreRefused() {
		invalid("limits", () -> new Policy("p", Algorithm.FIXED_WINDOW, LIMIT, new Limit(6, Duration.ofSeconds(60))));
	}

	@Test
	void burstIsForTokenBucketsOnly() {
		invalid("limits", () -> new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(5, Duration.ofMinutes(1), 6)));
		new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(5, Duration.ofMinutes(1), 6));
	}

	@Test
	void costThatCanNeverFitIsRefused() {
		invalid("cost",
				() -> new Policy("p", Algorithm.FIXED_WINDOW, List.of(new Limit(9, Duration.ofHours(1)), LIMIT), 6));
		invalid("cost", () -> new Policy("p", Algorithm.FIXED_WINDOW, List.of(LIMIT), -1));
		new Policy("p", Algorithm.FIXED_WINDOW, List.of(LIMIT), 5);
		new Policy("p", Algorithm.FIXED_WINDOW, List.of(LIMIT), 0);
	}

	@Test
	void tokenBucketStaysBelow2To53() {
		long most = Limit.MAX_PERMITS / 60_000;
		new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(most, Duration.ofMinutes(1)));
		invalid("limits", () -> new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(most + 1, Duration.ofMinutes(1))));
		invalid("limits", () -> new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(1, Duration.ofDays(36_500), 2)));
		new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(Limit.MAX_PERMITS, Limit.MAX_WINDOW));
	}

	@Test
	void chargeTakesTheCostOfItsPolicyUnlessItSaysOtherwise() {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, List.of(LIMIT), 3);
		assertThat(new Charge(policy, "a").cost()).isEqualTo(3);
		assertThat(new Charge(policy, "a", 99).cost()).isEqualTo(99);
		assertThatIllegalArgumentException().isThrownBy(() -> new Charge(policy, "a", -1));
		assertThatIllegalArgumentException().isThrownBy(() -> new Charge(policy, "a", Limit.MAX_PERMITS + 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new Charge(policy, ""));
	}

	private static void invalid(String part, Runnable creation) {
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(creation::run)
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo(part));
	}

}
