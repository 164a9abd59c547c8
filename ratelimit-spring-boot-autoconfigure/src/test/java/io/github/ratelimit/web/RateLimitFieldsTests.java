package io.github.ratelimit.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

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

	private static final RetryJitter EXACT = new RetryJitter(Duration.ZERO);

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
		RateLimitFields fields = fields(HeaderStyle.BOTH, legacy, EXACT);
		assertThat(written(fields, decision)).containsEntry("Quota", "5")
			.containsEntry("Quota-Left", "4")
			.containsEntry("Quota-Reset", "1801");
		assertThat(fields.names()).containsExactly("RateLimit-Policy", "RateLimit", "Quota", "Quota-Left",
				"Quota-Reset");
	}

	@ParameterizedTest
	@EnumSource(HeaderStyle.class)
	void namesAreThoseOfTheFieldsThatAreWritten(HeaderStyle style) {
		Decision decision = new Decision(true, 0, List.of(state(PARTNER, 0, 199, NONE, NONE, NONE)));
		assertThat(fields(style, LEGACY, EXACT).names())
			.containsExactlyInAnyOrderElementsOf(fields(style, decision).keySet());
	}

	@Test
	void fieldsAreExposedThatAreThereIfTheOriginIsAllowed() {
		RateLimitFields draft = fields(HeaderStyle.DRAFT, LEGACY, EXACT);
		String all = "RateLimit-Policy, RateLimit, Retry-After";
		assertThat(draft.exposed(Set.of("Access-Control-Allow-Origin", "RateLimit")::contains)).isEqualTo(all);
		assertThat(draft.exposed(Set.of("Access-Control-Allow-Origin", "Retry-After")::contains)).isEqualTo(all);
		assertThat(draft.exposed(Set.of("Access-Control-Allow-Origin", "X-RateLimit-Limit")::contains)).isNull();
		assertThat(draft.exposed(Set.of("RateLimit")::contains)).isNull();
	}

	@Test
	void jitterIsTheSameInAllThatARejectedCallerIsTold() {
		LegacyFields epoch = new LegacyFields("A", "B", "C", ResetFormat.EPOCH_SECONDS);
		Set<Long> seen = new TreeSet<>();
		for (int i = 0; i < 1000; i++) {
			RateLimitFields fields = fields(HeaderStyle.BOTH, epoch, new RetryJitter(Duration.ofSeconds(10), i));
			Decision decision = new Decision(false, 0,
					List.of(state(LOGIN, 0, 0, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(60)),
							state(LOGIN, 1, 9, NONE, Duration.ofSeconds(7), Duration.ofSeconds(70)),
							state(PARTNER, 0, 0, Duration.ofSeconds(20), Duration.ofSeconds(1), NONE)));
			Map<String, String> written = written(fields, decision);
			long retryAfter = Long.parseLong(written.get("Retry-After"));
			assertThat(written)
				.containsEntry("RateLimit",
						"\"login-1m\";r=0;t=%d, \"login-1h\";r=9;t=7, \"partner\";r=0;t=%d".formatted(retryAfter,
								retryAfter - 10))
				.containsEntry("C", String.valueOf(1800 + retryAfter + 30))
				.isEqualTo(written(fields, decision));
			assertThat(RateLimitProblems.exceeded(fields.told(decision)).getDetail())
				.endsWith("Retry in " + retryAfter + " seconds.");
			seen.add(retryAfter);
		}
		assertThat(seen).allMatch((seconds) -> seconds >= 30 && seconds <= 40)
			.contains(31L, 32L, 33L, 34L, 35L, 36L, 37L, 38L, 39L, 40L);
	}

	@Test
	void jitterDiffersByDecisionAndIsUniform() {
		RetryJitter jitter = new RetryJitter(Duration.ofMillis(9), 42);
		int[] counts = new int[10];
		for (int time = 0; time < 10_000; time++) {
			Decision decision = new Decision(false, time,
					List.of(state(LOGIN, 0, 0, Duration.ofMillis(1), NONE, NONE)));
			counts[(int) jitter.delay(decision).retryAfter().toMillis() - 1]++;
		}
		assertThat(counts).matches((all) -> IntStream.of(all).allMatch((count) -> count > 850 && count < 1150));
	}

	@Test
	void jitterLeavesAllowedCallsAndThoseThatWaitingNeverHelpsAlone() {
		RetryJitter jitter = new RetryJitter(Duration.ofHours(1));
		Decision allowed = new Decision(true, 0, List.of(state(LOGIN, 0, 4, NONE, NONE, Duration.ofSeconds(1))));
		Decision never = new Decision(false, 0, List.of(state(LOGIN, 0, 4, null, NONE, Duration.ofSeconds(1))));
		assertThat(jitter.delay(allowed)).isEqualTo(allowed);
		assertThat(jitter.delay(never)).isEqualTo(never);
	}

	private static LimitState state(Policy policy, int limit, long remaining, Duration retry, Duration replenish,
			Duration reset) {
		return new LimitState(new Charge(policy, "a"), policy.limits().get(limit), remaining, retry, replenish, reset);
	}

	private static Map<String, String> fields(HeaderStyle style, Decision decision) {
		return written(fields(style, LEGACY, EXACT), decision);
	}

	private static RateLimitFields fields(HeaderStyle style, LegacyFields legacy, RetryJitter jitter) {
		return new RateLimitFields(style, legacy, jitter, InstantSource.fixed(Instant.ofEpochSecond(1800)));
	}

	private static Map<String, String> written(RateLimitFields fields, Decision decision) {
		Map<String, String> written = new TreeMap<>();
		fields.write(decision, written::put);
		return written;
	}

}
