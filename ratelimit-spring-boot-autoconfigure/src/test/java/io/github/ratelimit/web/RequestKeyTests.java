package io.github.ratelimit.web;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.Charge;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.KeyText;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RequestKey}.
 */
class RequestKeyTests {

	private static final Map<String, RateLimitKeyResolver> BEANS = Map.of("tenant",
			(request) -> request.header("X-Tenant"));

	private final StubRequest request = new StubRequest();

	@Test
	void everyoneIsTheSameKeyEverywhere() {
		assertThat(RequestKey.parse(List.of("all"), Map.of(), 64).of(new StubRequest())).isEqualTo(Charge.EVERYONE);
	}

	@Test
	void namesWhoIsCounted() {
		this.request.from("alice").to("/orders/{id}");
		assertThat(key("ip")).isEqualTo("ip:192.0.2.1");
		assertThat(key("principal")).isEqualTo("principal:alice");
		assertThat(key("path")).isEqualTo("path:/orders/1");
		assertThat(key("route")).isEqualTo("route:/orders/%7Bid%7D");
		assertThat(key("all")).isEqualTo("all:*");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "host; shop.example; host:shop.example", "cookie:sid; 4711; cookie:sid:~",
					"param:user; alice; param:user:~", "query:user; alice; query:user:~",
					"form:user; alice; form:user:~", "claim:tenant; acme; claim:tenant:~",
					"claim:https://a.example/{x},y; acme; " + "claim:https://a.example/%7Bx%7D%2Cy:~" })
	void namesWhoIsCountedByWhateverARequestHas(String part, String value, String expected) {
		String key = key(part, new StubRequest().having(part, value));
		assertThat(key).startsWith(expected)
			.hasSize(expected.endsWith("~") ? expected.length() + 22 : expected.length());
		assertThat(key(part, new StubRequest().having(part, value + "x"))).isNotEqualTo(key);
		assertThat(key("principal | " + part + " | all", new StubRequest().having(part, value))).isEqualTo(key);
		assertThat(key(part)).isEqualTo("ip:192.0.2.1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "alice", "Alice", " ALICE", "\u0001alice\t\u2003 ", "\u0000\u3000alice\u0000",
			"al\u0131ce", "\uff21l\u200bice", "\u00a0a\u034flice\ufe0f", "alice\ufeff", "al\u0001ice", "al\u0130ce",
			"\u007falice\u0085", "ali\u180ece\ufff1" })
	void lowerIgnoresCaseAndBlanksAround(String name) {
		StubRequest request = new StubRequest().having("form:user", name).from(name);
		String alice = key("form:user", new StubRequest().having("form:user", "alice"));
		for (String part : List.of("lower(form:user)", " lower( form:user ) ", "lower(query:user | form:user)",
				"claim:name | lower(form:user)", "lower(claim:name) | lower(form:user)")) {
			assertThat(key(part, request)).isEqualTo(alice);
		}
		assertThat(key("lower(principal)", request)).isEqualTo("principal:alice");
		assertThat(key("lower(query:user)", request)).isEqualTo("ip:192.0.2.1");
		assertThat(key("lower(form:user)", new StubRequest().having("form:user", " \t"))).isEqualTo("ip:192.0.2.1");
		assertThat(key("lower(form:user)", new StubRequest().having("form:user", "al ice"))).isNotEqualTo(alice);
	}

	@ParameterizedTest
	@CsvSource({ "stra\u00dfe, STRASSE", "stra\u00dfe, STRA\u1e9eE",
			"\u03b1\u0390\u03b1, \u0391\u0399\u0308\u0301\u0391", "\u03c3\u03c2, \u03a3\u03a3", "a b, A  \u3000B" })
	void lowerTakesForOneWhatStoresTakeForOne(String one, String other) {
		assertThat(KeyText.lower(other)).isEqualTo(KeyText.lower(one));
		assertThat(KeyText.lower(KeyText.lower(one))).isEqualTo(KeyText.lower(one));
	}

	/** It was quadratic in its length: seconds for a form of some kilobytes. */
	@ParameterizedTest
	@ValueSource(strings = { "\u03a3", "\u00df", "\u03a3\u0301", "\u0301\u0316", "\u200b", " " })
	void lowerReadsNoMoreThanANameOfALongText(String letter) {
		assertThat(KeyText.lower(letter.repeat(1_000_000))).hasSizeLessThan(5_000);
	}

	@Test
	void lowerDoesNotDependOnTheLanguageOfTheServer() {
		Locale language = Locale.getDefault();
		Locale.setDefault(Locale.forLanguageTag("tr"));
		try {
			assertThat(key("lower(principal)", new StubRequest().from("IRIS"))).isEqualTo("principal:iris");
		}
		finally {
			Locale.setDefault(language);
		}
	}

	@Test
	void unreadableIsOneClientAndNoValueIsLikeIt() {
		StubRequest unreadable = new StubRequest().having("form:user", "UNREADABLE");
		assertThat(key("form:user | principal", unreadable.from("alice"))).isEqualTo("form:user:unreadable");
		assertThat(key("lower(form:user)", unreadable)).isEqualTo("form:user:unreadable");
		assertThat(key("query:user | form:user", unreadable.having("query:user", "bob"))).startsWith("query:user:~");
		assertThat(key("form:user", new StubRequest().having("form:user", "unreadable")))
			.isNotEqualTo("form:user:unreadable");
	}

	@ParameterizedTest
	@CsvSource({ "GET, GET", "HEAD, GET", "POST, POST" })
	void headIsCountedAsGet(String method, String expected) {
		assertThat(key("method", new StubRequest().by(method))).isEqualTo("method:" + expected);
	}

	@ParameterizedTest
	@CsvSource({ "9.9.9.9, 64, 9.9.9.9", "::ffff:9.9.9.9, 64, 9.9.9.9", "::FFFF:909:909, 64, 9.9.9.9",
			"2001:db8:1:1::1, 64, 2001:db8:1:1::/64", "2001:db8:1:1:0:0:0:2, 64, 2001:db8:1:1::/64",
			"2001:db8:1:2::1, 64, 2001:db8:1:2::/64", "2001:db8:1:2::1, 48, 2001:db8:1::/48",
			"2001:db8:1:2ff::1, 56, 2001:db8:1:200::/56", "2001:db8:1:1::1, 128, 2001:db8:1:1::1/128",
			"ffff::1, 1, 8000::/1", "fe80:0:0:0:0:0:0:1%eth0, 64, fe80::/64", "9.9.9.9:4711, 64, 9.9.9.9",
			"[2001:db8::1]:80, 64, 2001:db8::/64", "not:an:address, 64, not:an:address", "local, 64, local" })
	void ipv6IsCountedByNetworkAndIpv4WithinItAsIpv4(String address, int prefix, String expected) {
		RequestKey key = RequestKey.parse(List.of("ip"), BEANS, prefix);
		assertThat(key.of(new StubRequest().at(address))).isEqualTo("ip:" + expected);
	}

	@Test
	void alternativesAreInEveryPart() {
		RequestKey key = RequestKey.parse(List.of("param:user | principal", "host | method"), BEANS, 64);
		assertThat(key.of(new StubRequest().from("alice"))).isEqualTo("principal:alice,method:GET");
		assertThat(key.of(new StubRequest().having("host", "a"))).isEqualTo("ip:192.0.2.1,host:a");
	}

	@Test
	void firstAlternativeThatIsPresentCounts() {
		assertThat(key("principal | header:X-Key | tenant")).isEqualTo("ip:192.0.2.1");
		assertThat(key("principal | tenant", this.request.with("X-Tenant", "acme"))).isEqualTo("tenant:acme");
		assertThat(key("principal | tenant", this.request.from("alice"))).isEqualTo("principal:alice");
	}

	@Test
	void everyPartFallsBackToTheAddress() {
		assertThat(RequestKey.parse(List.of("header:X-Key", "principal"), BEANS, 64).of(this.request))
			.isEqualTo("ip:192.0.2.1,ip:192.0.2.1");
	}

	@Test
	void headersAreHashed() {
		String key = key("header:X-Api-Key", this.request.with("X-Api-Key", "sk-secret"));
		assertThat(key).startsWith("header:x-api-key:~").doesNotContain("secret").hasSize(40);
	}

	@Test
	void blankValuesAreMissing() {
		assertThat(key("header:X-Key", this.request.with("X-Key", " "))).isEqualTo("ip:192.0.2.1");
	}

	@Test
	void longValuesAreBounded() {
		String one = key("principal", new StubRequest().from("x".repeat(100_000)));
		String other = key("principal", new StubRequest().from("x".repeat(99_999)));
		assertThat(one).hasSize(33).isNotEqualTo(other);
		assertThat(key("principal", new StubRequest().from("ä".repeat(64))).length()).isLessThan(400);
	}

	@Test
	void oneCallerCannotForgeTheKeyOfAnother() {
		String composite = RequestKey.parse(List.of("principal", "tenant"), BEANS, 64)
			.of(new StubRequest().from("a").with("X-Tenant", "b,c"));
		String forged = RequestKey.parse(List.of("principal", "tenant"), BEANS, 64)
			.of(new StubRequest().from("a,tenant:b").with("X-Tenant", "c"));
		assertThat(composite).isEqualTo("principal:a,tenant:b%2Cc");
		assertThat(forged).isEqualTo("principal:a%2Ctenant:b,tenant:c");
		String hashed = key("principal", new StubRequest().from("y".repeat(65)));
		String copied = key("principal", new StubRequest().from(hashed.substring("principal:".length())));
		assertThat(copied).isNotEqualTo(hashed).startsWith("principal:%7E");
		assertThat(key("principal", new StubRequest().from("192.0.2.1"))).isNotEqualTo(key("ip"));
	}

	/**
	 * Whatever two callers send, their keys differ, are short, and keep their parts
	 * apart.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "principal", "host", "tenant", "cookie:c", "param:p", "claim:c", "header:X-Forged" })
	void differentTextsNeverBecomeOneKey(String part) {
		List<String> texts = List.of("a", "A", "a,b", "a|b", "a:b", "a%2Cb", "a%b", "a%252Cb", "a~b", "~a", "{a}",
				"a b", "a\u0000b", "a\nb", "a\r\nb", "a\tb", "\u007f", "\u00e4", "a\u0308", "\uD83D\uDE00", "\uD83D",
				"\uDE00", "?", "%3F", "\uFFFD", "\uD83D".repeat(80), "?".repeat(80), "\u202Ea", "ip:192.0.2.1",
				"x".repeat(8192), "x".repeat(8191) + "y", "\u20AC".repeat(64), "\uD83D\uDE00".repeat(32),
				"principal:a,ip:192.0.2.1");
		RequestKey key = RequestKey.parse(List.of(part, "path"), BEANS, 64);
		Set<String> keys = new HashSet<>();
		for (String text : texts) {
			String made = key
				.of(new StubRequest().from(text).having(part, text).with("X-Tenant", text).with("X-Forged", text));
			assertThat(made).matches("[!-~]{1,650}").endsWith(",path:/orders/1").doesNotContain("{", "}");
			assertThat(made.chars().filter((character) -> character == ',')).hasSize(1);
			keys.add(made);
		}
		assertThat(keys).hasSize(texts.size());
	}

	@Test
	void controlCharactersAreEscaped() {
		assertThat(key("principal", this.request.from("a\r\n{b} ä%")))
			.isEqualTo("principal:a%0D%0A%7Bb%7D%20%C3%A4%25");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "ipp", "header", "header:", "header:a b", "principal | ", "| ip", "ip || principal",
			"IP", "cookie", "cookie:", "cookie:a b", "param", "param:", "param:a b", "form", "query:", "lower",
			"lower()", "lower(form)", "lower(ip", "lower(lower(ip))", "claim", "claim:", "session", "host:", "ip:v4",
			":" })
	void unknownNamesAreRefused(String key) {
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> key(key))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("key"))
			.withMessageContaining(
					"expected ip, principal, claim:NAME, header:NAME, cookie:NAME, query:NAME, form:NAME, param:NAME,"
							+ " host, method, route, path, all or the name of a RateLimitKeyResolver bean");
	}

	@Test
	void emptyListIsRefused() {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> RequestKey.parse(List.of(), BEANS, 64));
	}

	private String key(String part) {
		return key(part, this.request);
	}

	private static String key(String part, StubRequest request) {
		return RequestKey.parse(List.of(part), BEANS, 64).of(request);
	}

}
