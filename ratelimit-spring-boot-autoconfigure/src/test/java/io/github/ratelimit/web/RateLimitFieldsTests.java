package io.github.ratelimit.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.web.LegacyFields.ResetFormat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RateLimitFields} and {@link RateLimitProblems}.
 */
class RateLimitFieldsTests {

	private static final Duration NONE = Duration.ZERO;

	private static final LegacyFields LEGACY = new LegacyFields("X-RateLimit-Limit", "X-RateLimit-Remaining",
			"X-RateLimit-Reset", ResetFormat.SECONDS);

	private static final Policy LOGIN = new Policy("login", Algorithm.SLIDING_WINDOW,
			new Limit(5, Duration.ofMinutes(1)), new Limit(20, Duration.ofHours(1)));

	private static final Policy PARTNER = new Policy("partner", Algorithm.TOKEN_BUCKET,
			new Limit(50, Duration.ofSeconds(1), 200));

	@Test
	void draftNamesEveryLimit() {
		Decision decision = new Decision(false, 0,
				List.of(state(LOGIN, 0, 0, Duration.ofSeconds(37), Duration.ofSeconds(37), Duration.ofSeconds(60)),
						state(LOGIN, 1, 11, NONE, Duration.ofSeconds(2700), Duration.ofSeconds(3600))));
		assertThat(fields(HeaderStyle.DRAFT, decision))
			.isEqualTo(Map.of("RateLimit-Policy", "\"login-1m\";q=5;w=60, \"login-1h\";q=20;w=3600", "RateLimit",
					"\"login-1m\";r=0;t=37, \"login-1h\";r=11;t=2700", "Retry-After", "37"));
	}

	@Test
	void tokenBucketShowsItsBurstAndTheTimeInWhichThatComesBack() {
		Decision decision = new Decision(true, 0,
				List.of(state(PARTNER, 0, 199, NONE, Duration.ofMillis(20), Duration.ofMillis(20))));
		assertThat(fields(HeaderStyle.DRAFT, decision))
			.isEqualTo(Map.of("RateLimit-Policy", "\"partner\";q=200;w=4", "RateLimit", "\"partner\";r=199;t=1"));
	}

	@Test
	void timeInWhichABurstComesBackIsRoundedUp() {
		Policy policy = new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(3, Duration.ofMillis(3001), 1));
		assertThat(fields(HeaderStyle.DRAFT, new Decision(true, 0, List.of(state(policy, 0, 1, NONE, NONE, NONE)))))
			.containsEntry("RateLimit-Policy", "\"p\";q=1;w=2");
	}

	@ParameterizedTest
	@CsvSource({ "X Limit, B, C", "A, B:, C", "A, B, ''", "A, a, C", "A, B, b", "ratelimit, B, C",
			"A, Retry-After, C" })
	void legacyFieldsHaveNamesOfTheirOwn(String limit, String remaining, String reset) {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> new LegacyFields(limit, remaining, reset, ResetFormat.SECONDS));
	}

	@Test
	void nothingMissingMeansNoTime() {
		Decision decision = new Decision(true, 0, List.of(state(PARTNER, 0, 200, NONE, NONE, NONE)));
		assertThat(fields(HeaderStyle.DRAFT, decision)).containsEntry("RateLimit", "\"partner\";r=200");
	}

	@Test
	void legacyShowsTheTightestLimit() {
		Decision decision = new Decision(true, 0,
				List.of(state(LOGIN, 0, 4, NONE, Duration.ofSeconds(60), Duration.ofSeconds(60)),
						state(LOGIN, 1, 2, NONE, Duration.ofSeconds(900), Duration.ofMillis(3_000_001))));
		assertThat(fields(HeaderStyle.LEGACY, decision))
			.isEqualTo(Map.of("X-RateLimit-Limit", "20", "X-RateLimit-Remaining", "2", "X-RateLimit-Reset", "3001"));
	}

	@Test
	void bothAndNone() {
		Decision decision = new Decision(false, 0, List.of(state(PARTNER, 0, 0, Duration.ofMillis(20), NONE, NONE)));
		assertThat(fields(HeaderStyle.BOTH, decision)).containsOnlyKeys("RateLimit", "RateLimit-Policy",
				"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After");
		assertThat(fields(HeaderStyle.NONE, decision)).containsOnlyKeys("Retry-After");
	}

	@ParameterizedTest
	@CsvSource({ "1, 1", "105, 1", "999, 1", "1000, 1", "1001, 2", "60000, 60" })
	void s32SecondsAreRoundedUp(long millis, String seconds) {
		Decision decision = new Decision(false, 0,
				List.of(state(PARTNER, 0, 0, Duration.ofMillis(millis), Duration.ofMillis(1), NONE)));
		assertThat(fields(HeaderStyle.DRAFT, decision)).containsEntry("Retry-After", seconds)
			.containsEntry("RateLimit", "\"partner\";r=0;t=" + seconds);
	}

	@Test
	void s08NoRetryAfterIfWaitingNeverHelps() {
		Decision decision = new Decision(false, 0, List.of(state(PARTNER, 0, 200, null, NONE, NONE)));
		assertThat(fields(HeaderStyle.DRAFT, decision)).doesNotContainKey("Retry-After");
		assertThat(RateLimitProblems.exceeded(decision).getDetail())
			.isEqualTo("The call costs more than partner (50/1s burst 200) can ever allow.");
	}

	@Test
	void integersFitStructuredFields() {
		Policy huge = new Policy("huge", Algorithm.FIXED_WINDOW, new Limit(Limit.MAX_PERMITS, Limit.MAX_WINDOW));
		Decision decision = new Decision(true, 0, List.of(state(huge, 0, Limit.MAX_PERMITS, NONE, NONE, NONE)));
		assertThat(fields(HeaderStyle.DRAFT, decision))
			.containsEntry("RateLimit-Policy", "\"huge\";q=999999999999999;w=3153600000")
			.containsEntry("RateLimit", "\"huge\";r=999999999999999");
	}

	@Test
	void problemNamesWhatIsUsedUp() {
		Decision decision = new Decision(false, 0, List.of(state(LOGIN, 0, 0, Duration.ofMillis(900), NONE, NONE),
				state(LOGIN, 1, 9, NONE, NONE, NONE), state(PARTNER, 0, 0, Duration.ofMillis(20), NONE, NONE)));
		assertThat(RateLimitProblems.exceeded(decision).getDetail())
			.isEqualTo("Limits login-1m (5/1m), partner (50/1s burst 200) are used up. Retry in 1 second.");
		assertThat(RateLimitProblems.exceeded(decision).getProperties()).containsEntry("violated-policies",
				List.of("login-1m", "partner"));
	}

	@Test
	void legacyFieldsHaveOtherNamesAndSayTheDate() {
		LegacyFields legacy = new LegacyFields("Quota", "Quota-Left", "Quota-Reset", ResetFormat.EPOCH_SECONDS);
		Decision decision = new Decision(true, 5,
				List.of(state(LOGIN, 0, 4, NONE, Duration.ofSeconds(1), Duration.ofMillis(900))));
		RateLimitFields fields = fields(HeaderStyle.BOTH, legacy);
		assertThat(written(fields, decision)).containsEntry("Quota", "5")
			.containsEntry("Quota-Left", "4")
			.containsEntry("Quota-Reset", "1801");
		assertThat(fields.all()).containsExactly("RateLimit-Policy", "RateLimit", "Quota", "Quota-Left", "Quota-Reset",
				"Retry-After");
	}

	@ParameterizedTest
	@EnumSource(HeaderStyle.class)
	void namesAreThoseOfTheFieldsThatAreWritten(HeaderStyle style) {
		Decision decision = new Decision(true, 0, List.of(state(PARTNER, 0, 199, NONE, NONE, NONE)));
		assertThat(fields(style, LEGACY).all()).filteredOn((name) -> !name.equals("Retry-After"))
			.containsExactlyInAnyOrderElementsOf(fields(style, decision).keySet());
	}

	private static LimitState state(Policy policy, int limit, long remaining, Duration retry, Duration replenish,
			Duration reset) {
		return new LimitState(new Charge(policy, "a"), policy.limits().get(limit), remaining, retry, replenish, reset);
	}

	private static Map<String, String> fields(HeaderStyle style, Decision decision) {
		return written(fields(style, LEGACY), decision);
	}

	private static RateLimitFields fields(HeaderStyle style, LegacyFields legacy) {
		return new RateLimitFields(style, legacy, InstantSource.fixed(Instant.ofEpochSecond(1800)));
	}

	private static Map<String, String> written(RateLimitFields fields, Decision decision) {
		Map<String, String> written = new TreeMap<>();
		fields.write(decision, written::put);
		return written;
	}

}
