package io.github.ratelimit.web.reactive;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.RateLimitRejectionHandler;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.Stage;
import io.github.ratelimit.web.WebParts;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.accept.HeaderContentTypeResolver;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.cors.reactive.PreFlightRequestHandler;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of what limits and answers requests on WebFlux, without a server.
 */
class ReactiveRateLimiterTests {

	private final RateLimiter rateLimiter = WebParts.limiter();

	@Test
	void requestIsChargedOnceAndToldOfIt() {
		ReactiveRateLimiter limiter = limiter(
				WebParts.policies(Stage.AFTER_SECURITY, WebParts.policy("api", "2/1m", "ip", null)));
		MockServerWebExchange exchange = exchange();
		limiter.charge(exchange).block();
		limiter.charge(exchange).block();
		assertThat(field(exchange, "RateLimit")).isEqualTo("\"api\";r=1;t=60");
		limiter.charge(exchange()).block();
		MockServerWebExchange rejected = exchange();
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> limiter.charge(rejected).block());
		assertThat(field(rejected, "Retry-After")).isEqualTo("60");
	}

	@Test
	void stagesAreToldOfTogether() {
		MockServerWebExchange exchange = exchange();
		limiter(WebParts.policies(Stage.BEFORE_SECURITY, WebParts.policy("first", "5/1m", "ip", null))).charge(exchange)
			.block();
		limiter(WebParts.policies(Stage.AFTER_SECURITY, WebParts.policy("second", "5/1m", "ip", null))).charge(exchange)
			.block();
		assertThat(field(exchange, "RateLimit")).isEqualTo("\"first\";r=4;t=60, \"second\";r=4;t=60");
	}

	@Test
	void requestThatNothingAppliesToHasNoFields() {
		MockServerWebExchange exchange = exchange();
		limiter(WebParts.policies(Stage.AFTER_SECURITY)).charge(exchange).block();
		assertThat(exchange.getResponse().getHeaders().headerNames()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "401, 1", "200, 2", ", 2" })
	void whatDoesNotCountIsGivenBackWhenTheResponseIsSent(Integer status, long remaining) {
		RequestPolicies policies = WebParts.policies(Stage.AFTER_SECURITY,
				WebParts.policy("login", "2/1m", "ip", (response) -> response.status() != 200));
		MockServerWebExchange exchange = exchange();
		limiter(policies).charge(exchange).block();
		assertThat(field(exchange, "RateLimit")).startsWith("\"login\";r=1;");
		exchange.getResponse().setRawStatusCode(status);
		exchange.getResponse().setComplete().block();
		MockServerWebExchange next = exchange();
		limiter(policies).charge(next).block();
		assertThat(field(next, "RateLimit")).startsWith("\"login\";r=" + (remaining - 1));
	}

	@Test
	void filterAnswersPreflightsAndChargesOthersBeforeTheRest() {
		ReactiveRateLimiter limiter = limiter(
				WebParts.policies(Stage.BEFORE_SECURITY, WebParts.policy("api", "1/1m", "ip", null)));
		CorsConfiguration everybody = new CorsConfiguration().applyPermitDefaultValues();
		DefaultCorsProcessor processor = new DefaultCorsProcessor();
		PreFlightRequestHandler handlers = (exchange) -> Mono
			.fromRunnable(() -> processor.process(everybody, exchange));
		for (RateLimitWebFilter filter : List.of(
				new RateLimitWebFilter(() -> limiter,
						() -> List.of(new CorsWebFilter((exchange) -> everybody),
								new CorsWebFilter((exchange) -> null)),
						() -> null),
				new RateLimitWebFilter(() -> limiter, List::of, () -> handlers))) {
			for (int i = 0; i < 2; i++) {
				MockServerWebExchange preflight = preflight();
				assertThat(passes(filter, preflight)).isFalse();
				assertThat(preflight.getResponse().getHeaders().getAccessControlAllowOrigin()).isEqualTo("*");
			}
		}
		RateLimitWebFilter filter = new RateLimitWebFilter(() -> limiter, List::of, () -> handlers);
		assertThat(passes(filter, exchange())).isTrue();
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> passes(filter, exchange()));
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> passes((exchange, chain) -> filter.inChain().filter(exchange, chain), preflight()));
	}

	@Test
	void preflightThatNothingAnswersCounts() {
		ReactiveRateLimiter limiter = limiter(
				WebParts.policies(Stage.BEFORE_SECURITY, WebParts.policy("api", "1/1m", "ip", null)));
		PreFlightRequestHandler nobody = (exchange) -> Mono
			.fromRunnable(() -> exchange.getResponse().getHeaders().add("Vary", "Origin"));
		RateLimitWebFilter filter = new RateLimitWebFilter(() -> limiter, List::of, () -> nobody);
		MockServerWebExchange preflight = preflight();
		assertThat(passes(filter, preflight)).isTrue();
		assertThat(preflight.getResponse().getHeaders().headerNames()).doesNotContain("Vary");
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> passes(filter, preflight()));
	}

	private static MockServerWebExchange preflight() {
		return MockServerWebExchange.from(MockServerHttpRequest.options("http://a/")
			.remoteAddress(new InetSocketAddress("192.0.2.1", 1))
			.header("Origin", "http://b")
			.header("Access-Control-Request-Method", "GET"));
	}

	private static boolean passes(WebFilter filter, MockServerWebExchange exchange) {
		boolean[] passed = new boolean[1];
		filter.filter(exchange, (same) -> Mono.fromRunnable(() -> passed[0] = true)).block();
		return passed[0];
	}

	@Test
	void rejectionIsAnsweredByAProblem() {
		MockServerHttpResponse response = answered(exchange());
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
		assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response.getHeaders().getFirst("Retry-After")).isEqualTo("60");
		assertThat(response.getBodyAsString().block()).contains("Limit api (1/1m) is used up.");
	}

	@Test
	void rejectionIsAnsweredWithoutABodyThatNobodyAccepts() {
		MockServerHttpResponse response = answered(
				MockServerWebExchange.from(MockServerHttpRequest.get("/").accept(MediaType.IMAGE_PNG)));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
	}

	@Test
	void rejectionThatRedirectsHasNeitherBodyNorFields() {
		MockServerHttpResponse response = answered(exchange(),
				(rejection) -> rejection.redirectTo(URI.create("/busy")));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SEE_OTHER);
		assertThat(response.getHeaders().getLocation()).hasToString("/busy");
		assertThat(response.getHeaders().headerNames()).doesNotContain("RateLimit", "Retry-After");
		assertThat(response.getBodyAsString().block()).isEmpty();
	}

	@Test
	void browsersAreShownTheErrorPage() {
		assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(
				() -> answered(MockServerWebExchange.from(MockServerHttpRequest.get("/").accept(MediaType.TEXT_HTML))))
			.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS));
	}

	@Test
	void otherFailuresAreLeftToOthers() {
		assertThatIllegalStateException()
			.isThrownBy(() -> handler().handle(exchange(), new IllegalStateException("other")).block())
			.withMessage("other");
	}

	private MockServerHttpResponse answered(MockServerWebExchange exchange, RateLimitRejectionHandler... handlers) {
		ReactiveRateLimiter limiter = limiter(
				WebParts.policies(Stage.AFTER_SECURITY, WebParts.policy("api", "1/1m", "all", null)));
		limiter.charge(exchange()).block();
		limiter.charge(exchange).onErrorResume((ex) -> handler(handlers).handle(exchange, ex)).block();
		return exchange.getResponse();
	}

	private static RateLimitWebExceptionHandler handler(RateLimitRejectionHandler... handlers) {
		return new RateLimitWebExceptionHandler(WebParts.problems(handlers), WebParts.CALLERS,
				() -> new ResponseEntityResultHandler(ServerCodecConfigurer.create().getWriters(),
						new HeaderContentTypeResolver()));
	}

	private ReactiveRateLimiter limiter(RequestPolicies policies) {
		return new ReactiveRateLimiter(this.rateLimiter, () -> policies, WebParts.FIELDS, WebParts.CALLERS);
	}

	private static MockServerWebExchange exchange() {
		return exchange("192.0.2.1");
	}

	private static MockServerWebExchange exchange(String address) {
		return MockServerWebExchange
			.from(MockServerHttpRequest.get("/").remoteAddress(new InetSocketAddress(address, 1234)));
	}

	private static String field(MockServerWebExchange exchange, String name) {
		return exchange.getResponse().getHeaders().getFirst(name);
	}

}
