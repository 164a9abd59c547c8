package io.github.ratelimit.web.reactive;

import java.net.InetSocketAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.UnreadableRequestException;
import io.github.ratelimit.web.WebParts;

import org.springframework.http.HttpCookie;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.HandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link ReactiveRateLimitRequest}.
 */
class ReactiveRateLimitRequestTests {

	@Test
	void viewIsThatOfTheExchange() {
		MockServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.post("http://Shop.Example/shop/orders/1?user=alice&empty")
				.contextPath("/shop")
				.remoteAddress(new InetSocketAddress("192.0.2.7", 1234))
				.header("X-Key", "one", "two")
				.cookie(new HttpCookie("c", "crumb")));
		exchange.getAttributes().put(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, "/orders/{id}");
		RateLimitRequest view = view(exchange, false);
		assertThat(view.method()).isEqualTo("POST");
		assertThat(view.path().value()).isEqualTo("/orders/1");
		assertThat(view.route()).isEqualTo("/orders/{id}");
		assertThat(view.host()).isEqualTo("shop.example");
		assertThat(view.remoteAddress()).isEqualTo("192.0.2.7");
		assertThat(view.header("x-key")).isEqualTo("one");
		assertThat(view.cookie("c")).isEqualTo("crumb");
		assertThat(view.param("user")).isEqualTo("alice");
		assertThat(view.param("empty")).isEmpty();
	}

	@Test
	void whatIsNotThereIsNull() {
		RateLimitRequest view = view(MockServerWebExchange.from(MockServerHttpRequest.get("/")), true);
		assertThat(view.route()).isNull();
		assertThat(view.host()).isNull();
		assertThat(view.header("x")).isNull();
		assertThat(view.cookie("c")).isNull();
		assertThat(view.param("p")).isNull();
		assertThat(view.principal()).isNull();
		assertThat(view.claim("tenant")).isNull();
		assertThat(view.hasRole("ADMIN")).isFalse();
		assertThat(view.remoteAddress()).isEqualTo("unknown");
	}

	@Test
	void addressThatWasNotLookedUpIsCountedAsItIs() {
		MockServerWebExchange exchange = MockServerWebExchange.from(
				MockServerHttpRequest.get("/").remoteAddress(InetSocketAddress.createUnresolved("proxy.internal", 1)));
		assertThat(view(exchange, false).remoteAddress()).isEqualTo("proxy.internal");
	}

	@ParameterizedTest
	@CsvSource({ "application/x-www-form-urlencoded, true, alice", "application/x-www-form-urlencoded, false,",
			"text/plain, true,", "*/*, true," })
	void formIsReadIfSomebodyAsksForIt(String type, boolean asked, String user) {
		RateLimitRequest view = view(
				MockServerWebExchange
					.from(MockServerHttpRequest.post("/?user=decoy").header("Content-Type", type).body("user=alice")),
				asked);
		assertThat(view.form("user")).isEqualTo(user);
		assertThat(view.param("user")).isEqualTo((user != null) ? user : "decoy");
		assertThat(view.query("user")).isEqualTo("decoy");
	}

	@ParameterizedTest
	@CsvSource({ "true, 0, alice", "false, 0,", "true, 2000," })
	void partsAreReadIfTheLengthIsKnownAndSmall(boolean known, int padding, String user) {
		String body = "--x\r\nContent-Disposition: form-data; name=user\r\n\r\nalice\r\n"
				+ "--x\r\nContent-Disposition: form-data; name=file; filename=user\r\n\r\n" + "x".repeat(padding)
				+ "\r\n--x--\r\n";
		MockServerHttpRequest.BodyBuilder request = MockServerHttpRequest.post("/?user=decoy")
			.header("Content-Type", "Multipart/Form-Data; boundary=x");
		RateLimitRequest view = view(
				MockServerWebExchange.from((known ? request.contentLength(body.length()) : request).body(body)), true);
		if (user != null) {
			assertThat(view.param("user")).isEqualTo(user);
			assertThat(view.form("file")).isNull();
		}
		else {
			assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> view.param("user"))
				.matches((ex) -> ex.status() == 413);
		}
	}

	@Test
	void formThatIsMalformedIsNotAbsent() {
		RateLimitRequest view = view(MockServerWebExchange.from(MockServerHttpRequest.post("/?user=decoy")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.body("user=%zz")), true);
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> view.param("user"))
			.matches((ex) -> ex.status() == 400);
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> view.form("other"));
		assertThat(view.query("user")).isEqualTo("decoy");
	}

	@Test
	void whoeverAsksLaterSeesWhatPoliciesHaveSeen() {
		MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
		RateLimitRequest seen = view(exchange, false);
		assertThat(ReactiveRateLimitRequest.of(exchange, WebParts.CALLERS).block()).isSameAs(seen);
		MockServerWebExchange other = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
		assertThat(ReactiveRateLimitRequest.of(other, WebParts.CALLERS).block()).isNotSameAs(seen);
	}

	private static RateLimitRequest view(MockServerWebExchange exchange, boolean form) {
		return ReactiveRateLimitRequest.of(exchange, WebParts.CALLERS, form).block();
	}

}
