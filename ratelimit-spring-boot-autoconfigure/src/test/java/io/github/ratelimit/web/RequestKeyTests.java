package io.github.ratelimit.web;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.InvalidPolicyException;

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
	void namesWhoIsCounted() {
		this.request.from("alice").to("/orders/{id}");
		assertThat(key("ip")).isEqualTo("ip:192.0.2.1");
		assertThat(key("principal")).isEqualTo("principal:alice");
		assertThat(key("path")).isEqualTo("path:/orders/1");
		assertThat(key("route")).isEqualTo("route:/orders/%7Bid%7D");
		assertThat(key("all")).isEqualTo("all:*");
	}

	@Test
	void firstAlternativeThatIsPresentCounts() {
		assertThat(key("principal | header:X-Key | tenant")).isEqualTo("ip:192.0.2.1");
		assertThat(key("principal | tenant", this.request.with("X-Tenant", "acme"))).isEqualTo("tenant:acme");
		assertThat(key("principal | tenant", this.request.from("alice"))).isEqualTo("principal:alice");
	}

	@Test
	void everyPartFallsBackToTheAddress() {
		assertThat(RequestKey.parse(List.of("header:X-Key", "principal"), BEANS).of(this.request))
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
		String composite = RequestKey.parse(List.of("principal", "tenant"), BEANS)
			.of(new StubRequest().from("a").with("X-Tenant", "b,c"));
		String forged = RequestKey.parse(List.of("principal", "tenant"), BEANS)
			.of(new StubRequest().from("a,tenant:b").with("X-Tenant", "c"));
		assertThat(composite).isEqualTo("principal:a,tenant:b%2Cc");
		assertThat(forged).isEqualTo("principal:a%2Ctenant:b,tenant:c");
		String hashed = key("principal", new StubRequest().from("y".repeat(65)));
		String copied = key("principal", new StubRequest().from(hashed.substring("principal:".length())));
		assertThat(copied).isNotEqualTo(hashed).startsWith("principal:%7E");
		assertThat(key("principal", new StubRequest().from("192.0.2.1"))).isNotEqualTo(key("ip"));
	}

	@Test
	void controlCharactersAreEscaped() {
		assertThat(key("principal", this.request.from("a\r\n{b} ä%")))
			.isEqualTo("principal:a%0D%0A%7Bb%7D%20%C3%A4%25");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "ipp", "header", "header:", "header:a b", "principal | ", "| ip", "ip || principal",
			"IP", "cookie" })
	void unknownNamesAreRefused(String key) {
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> key(key))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("key"))
			.withMessageContaining("RateLimitKeyResolver");
	}

	@Test
	void emptyListIsRefused() {
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> RequestKey.parse(List.of(), BEANS));
	}

	private String key(String part) {
		return key(part, this.request);
	}

	private static String key(String part, StubRequest request) {
		return RequestKey.parse(List.of(part), BEANS).of(request);
	}

}
