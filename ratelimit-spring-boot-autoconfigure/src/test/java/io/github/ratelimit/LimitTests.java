package io.github.ratelimit;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link Limit} and its grammar.
 */
class LimitTests {

	@ParameterizedTest
	@CsvSource({ "100/1m, 100, PT1M, 1m", "100/m, 100, PT1M, 1m", "5/30s, 5, PT30S, 30s", "5/500ms, 5, PT0.5S, 500ms",
			"1/1d, 1, PT24H, 1d", "20/PT1H, 20, PT1H, 1h", "20/pt90m, 20, PT90M, 90m", "20/P1D, 20, P1D, 1d",
			"10 per minute, 10, PT1M, 1m", "10 PER 15 Minutes, 10, PT15M, 15m", "3/hour, 3, PT1H, 1h",
			"3 / 2 hours, 3, PT2H, 2h", "7/second, 7, PT1S, 1s", "7/day, 7, P1D, 1d", "1/24h, 1, P1D, 1d",
			"' 1/1s ', 1, PT1S, 1s", "9007199254740991/1ms, 9007199254740991, PT0.001S, 1ms",
			"1/36500d, 1, PT876000H, 36500d" })
	void readsWhatPeopleWrite(String text, long permits, Duration window, String windowText) {
		Limit limit = Limit.parse(text);
		assertThat(limit).isEqualTo(new Limit(permits, window));
		assertThat(limit.windowText()).isEqualTo(windowText);
		assertThat(Limit.parse(limit.toString())).isEqualTo(limit);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "10", "10/", "/1m", "10/minit", "ten/1m", "-1/1m", "+1/1m", "1.5/1m", "10 1m",
			"10 per", "10per minute", "10/1", "10/1m/2", "10/1 m m", "10/1us", "10/1w", "10/-1m", "10/PT", "10/PT-1M",
			"0/1m", "10/0s", "9007199254740992/1m", "99999999999999999999/1m", "10/36501d", "10/99999999999999999d",
			"10/PT0.0001S", "１０/1m", "10/1m,", "10/1m;;5/1h", "10/1m burst", "10/1m burst 0", "10/1m burst x",
			"10/1mburst 5", "10/1m burst5", "10/burst 5" })
	void refusesEverythingElse(String text) {
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> Limit.parseAll(text))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("limits"));
	}

	@Test
	void numbersOutOfRangeAreRefusedOneByOne() {
		Duration minute = Duration.ofMinutes(1);
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> new Limit(0, minute, 5));
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> new Limit(5, minute, 0));
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> new Limit(5, Duration.ZERO));
	}

	@Test
	void saysWhatWasExpected() {
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> Limit.parse("10/minit"))
			.withMessage("limits '10/minit': expected a limit such as 100/1m, 10 per minute, 5/15 minutes or 20/PT1H");
	}

	@ParameterizedTest
	@ValueSource(strings = { "5/1m, 20/1h", "5/1m;20/1h", "5 per minute ; 20 per hour" })
	void readsSeveralLimits(String text) {
		assertThat(Limit.parseAll(text)).containsExactly(new Limit(5, Duration.ofMinutes(1)),
				new Limit(20, Duration.ofHours(1)));
	}

	@Test
	void showsBurstOnlyWhereItDiffers() {
		assertThat(new Limit(50, Duration.ofSeconds(1), 200)).hasToString("50/1s burst 200");
		assertThat(new Limit(50, Duration.ofSeconds(90))).hasToString("50/90s");
	}

	@ParameterizedTest
	@ValueSource(strings = { "50/1s burst 200", "50 per second BURST 200", "50/PT1S  burst  200" })
	void readsBurst(String text) {
		assertThat(Limit.parse(text)).isEqualTo(new Limit(50, Duration.ofSeconds(1), 200))
			.isEqualTo(Limit.parse(new Limit(50, Duration.ofSeconds(1), 200).toString()));
	}

}
