package io.github.ratelimit.web;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link PolicyExpression}.
 */
class PolicyExpressionTests {

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "hasRole('ADMIN')|true", "hasRole('USER')|false", "header('X-Internal') != null|true",
					"header('X-Other') != null|false", "principal == 'root'|true", "method == 'GET'|true",
					"path.value() == '/orders/1'|true", "route != null|false", "param('user') == 'alice'|true",
					"cookie('c') == null and claim('sub') == null|true", "host == 'shop.example'|true",
					"#root.method == 'GET'|true", "@office.contains(remoteAddress)|true" })
	void looksAtTheRequestAndAtBeans(String text, boolean expected) {
		this.beans.addBean("office", List.of("192.0.2.1"));
		StubRequest request = new StubRequest().from("root")
			.with("X-Internal", "yes")
			.having("param:user", "alice")
			.having("host", "shop.example");
		assertThat(PolicyExpression.unless(text, this.beans).test(request)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "status == 401|true", "status >= 500|false", "status < 500 and header('X-Cached') == null|true" })
	void looksAtTheResponse(String text, boolean expected) {
		RateLimitResponse response = new StubResponse(401);
		assertThat(PolicyExpression.countWhen("p", text, this.beans).test(response)).isEqualTo(expected);
	}

	@Test
	void malformedExpressionIsRefused() {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> PolicyExpression.unless("hasRole('ADMIN'", this.beans))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("unless"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "hasRoles('ADMIN')|there is no 'hasRoles', only claim, cookie|hasRole('ADMIN')",
					"remoteAdress == ''|there is no 'remoteAdress', only|remoteAddress == ''",
					"abc|there is no 'abc', only|", "#root.methd == 'GET'|there is no 'methd'|#root.method == 'GET'",
					"not(header(hots).isEmpty())|there is no 'hots'|not(header(host).isEmpty())",
					"#office(host)|'office'|", "header['X'] != null|'header'|",
					"path('/x') == null|path(java.lang.String)|", "header('X')|such as hasRole|",
					"header('X') + ''|such as hasRole|", "#root.toString()|such as hasRole|",
					"header('methd') == methd|there is no 'methd'|header('methd') == method",
					"@nobody.knows(#root)|there is no bean 'nobody'|", "method = 'GET'|'method'|",
					"1|a SpEL condition such as|", "'yes'|such as|" })
	void mistakeIsSeenWhenItIsParsed(String text, String expected, @Nullable String meant) {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> PolicyExpression.unless(text, this.beans))
			.satisfies((ex) -> {
				assertThat(ex.expected()).startsWith("a SpEL condition such as hasRole").contains(expected);
				assertThat(ex.meant()).isEqualTo(meant);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "status >= '400'", "method == 'POST'", "status = 401", "status" })
	void mistakeOverAResponseIsSeenWhenItIsParsed(String text) {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> PolicyExpression.countWhen("p", text, this.beans));
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "header('a') == null or {1, 2}.?[#this > 1].contains(3)", "toString() == 'a'",
			"path.elements().![value()].contains('a')", "@office.size() > 0 && #root.header('a')?.length() == 1",
			"class.name == 'a'", "{GET: true}[method]", "header('X').split(',')[1] == 'a'",
			"path.elements()[3].value() == 'a'", "header('X') matches '['",
			"T(java.net.URI).create(' ' + host) == null", "header('X').charAt(3) == 'a'",
			"{GET: true}['GET'] and {a: 1}[b] == 1",
			"T(java.time.LocalTime).now().hour < 8 or header('x') matches '[0-9]+'" })
	void whatMayWorkIsLeftToTheRequest(String text) {
		this.beans.addBean("office", List.of());
		assertThat(PolicyExpression.unless(text, this.beans)).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "header('X-Other').length() > 1", "T(Integer).parseInt(header('X-Internal')) > 0",
			"#roots.a == null" })
	void failureIsAnErrorAndNoExemption(String text) {
		Predicate<RateLimitRequest> expression = PolicyExpression.unless(text, this.beans);
		assertThatExceptionOfType(RateLimitExpressionException.class)
			.isThrownBy(() -> expression.test(new StubRequest().with("X-Internal", "true")))
			.withMessageStartingWith("Rate limit expression '" + text + "' ")
			.satisfies((ex) -> assertThat(ex.expression()).isEqualTo(text));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "method == 'GET' ? 1 : 5|1", "T(Long).parseLong(header('X-Pages'))|12",
			"header('X-Free') == null ? 0 : 1|0", "9007199254740991L|9007199254740991" })
	void costDependsOnTheRequest(String text, long expected) {
		assertThat(PolicyExpression.cost(text, this.beans).applyAsLong(new StubRequest().with("X-Pages", "12")))
			.isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1 + 0", "null", "9007199254740992L" })
	void costThatIsNoNumberIsAnError(String text) {
		ToLongFunction<RateLimitRequest> cost = PolicyExpression.cost(text, this.beans);
		assertThatExceptionOfType(RateLimitExpressionException.class)
			.isThrownBy(() -> cost.applyAsLong(new StubRequest().with("X-Pages", "12")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "method ==", "pages", "1.5", "1.5 + 0", "'1'", "method", "path()", "header('X-Pages')" })
	void costThatCannotWorkIsRefused(String text) {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> PolicyExpression.cost(text, this.beans))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("cost"));
	}

}
