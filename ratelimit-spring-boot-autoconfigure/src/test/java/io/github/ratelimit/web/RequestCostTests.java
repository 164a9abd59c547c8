package io.github.ratelimit.web;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RequestCost}.
 */
class RequestCostTests {

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "method == 'GET' ? 1 : 5|1", "T(Long).parseLong(header('X-Pages'))|12",
			"header('X-Free') == null ? 0 : 1|0", "9007199254740991L|9007199254740991" })
	void dependsOnTheRequest(String text, long expected) {
		assertThat(RequestCost.parse(text, this.beans).applyAsLong(new StubRequest().with("X-Pages", "12")))
			.isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1 + 0", "null", "9007199254740992L" })
	void everythingElseIsAnError(String text) {
		RequestCost cost = RequestCost.parse(text, this.beans);
		assertThatExceptionOfType(RateLimitExpressionException.class)
			.isThrownBy(() -> cost.applyAsLong(new StubRequest().with("X-Pages", "12")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "method ==", "pages", "1.5", "1.5 + 0", "'1'", "method", "path()", "header('X-Pages')" })
	void expressionThatCannotWorkIsRefused(String text) {
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> RequestCost.parse(text, this.beans))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("cost"));
	}

}
