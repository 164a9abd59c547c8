package io.github.ratelimit;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what is taken for a misspelt name.
 */
class NearestTests {

	@ParameterizedTest
	@CsvSource({ "login,login,0", "logn,login,1", "loggin,login,1", "lobin,login,1", "lgoin,login,1", "LOGIN,login,0",
			"'',login,5", "policy,policies,3", "ca,abc,3" })
	void distanceIsLettersInsertedRemovedReplacedOrSwapped(String text, String name, int distance) {
		assertThat(Nearest.distance(text, name)).isEqualTo(distance);
		assertThat(Nearest.distance(name, text)).isEqualTo(distance);
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none", value = { "pricipal,principal", "ipp,ip", "Principal,principal", "sesion,session",
			"x,none", "user,none", "'',none", "all,none" })
	void nearestNameIsMeantIfItIsNear(String text, String meant) {
		assertThat(Nearest.of(text, List.of("principal", "ip", "session"))).isEqualTo(meant);
	}

	@Test
	void ofTwoThatAreAsNearTheFirstByAlphabetIsMeant() {
		assertThat(Nearest.of("plan-c", List.of("plan-b", "plan-a"))).isEqualTo("plan-a");
	}

	@ParameterizedTest
	@CsvSource({ "abc,abcde,true", "ab,abcd,false" })
	void nameIsNearIfTwoInFiveLettersDiffer(String text, String name, boolean near) {
		assertThat(Nearest.of(text, List.of(name))).isEqualTo(near ? name : null);
	}

	@Test
	void textThatIsNoNameAnyMoreMeansNone() {
		assertThat(Nearest.of("a".repeat(200), List.of("a".repeat(199)))).isNotNull();
		assertThat(Nearest.of("a".repeat(201), List.of("a".repeat(200)))).isNull();
	}

	@Test
	void unknownPolicySaysWhichOneMayBeMeant() {
		assertThat(new UnknownPolicyException("logn", List.of("login")))
			.hasMessage("No rate limit policy is named 'logn'; did you mean 'login'?");
		assertThat(new UnknownPolicyException("logn")).hasMessage("No rate limit policy is named 'logn'");
	}

}
