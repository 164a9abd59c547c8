package io.github.ratelimit.web;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link SpelCondition}.
 */
class SpelConditionTests {

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "hasRole('ADMIN')|true", "hasRole('USER')|false",
			"header('X-Internal') != null|true", "header('X-Other') != null|false", "principal == 'root'|true",
			"method == 'GET'|true", "path.value() == '/orders/1'|true", "route|false", "param('user') == 'alice'|true",
			"cookie('c') == null and session == null and claim('sub') == null|true", "host == 'shop.example'|true",
			"#root.method == 'GET'|true", "@office.contains(remoteAddress)|true" })
	void looksAtTheRequestAndAtBeans(String text, boolean expected) {
		this.beans.addBean("office", java.util.List.of("192.0.2.1"));
		StubRequest request = new StubRequest().from("root")
			.with("X-Internal", "yes")
			.having("param:user", "alice")
			.having("host", "shop.example");
		assertThat(SpelCondition.<RateLimitRequest>parse("unless", text, "", this.beans).test(request))
			.isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "status == 401|true", "status >= 500|false", "status < 500 and header('X-Cached') == null|true" })
	void looksAtTheResponse(String text, boolean expected) {
		RateLimitResponse response = new StubResponse(401);
		assertThat(SpelCondition.<RateLimitResponse>parse("count-when", text, "", this.beans).test(response))
			.isEqualTo(expected);
	}

	@Test
	void malformedExpressionIsRefused() {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> SpelCondition.parse("unless", "hasRole('ADMIN'", "hasRole('ADMIN')", this.beans))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("unless"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "hasRoles('ADMIN')", "header('X-Other').length() > 1", "@nobody.knows(#root)",
			"header('X-Internal')", "1", "remoteAdress == ''" })
	void failureIsAnErrorAndNoExemption(String text) {
		SpelCondition<RateLimitRequest> expression = SpelCondition.parse("unless", text, "", this.beans);
		assertThatExceptionOfType(RateLimitExpressionException.class)
			.isThrownBy(() -> expression.test(new StubRequest().with("X-Internal", "true")))
			.withMessageStartingWith("Rate limit expression '" + text + "' ")
			.satisfies((ex) -> assertThat(ex.expression()).isEqualTo(text));
	}

}
