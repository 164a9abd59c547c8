package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.Filter;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.Charge;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.RequestPolicy;
import io.github.ratelimit.web.Stage;
import io.github.ratelimit.web.WebParts;

import org.springframework.http.MediaType;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.HandlerExceptionResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of what limits and answers requests on Spring MVC, without a server.
 */
class ServletRateLimiterTests {

	private final RateLimiter rateLimiter = WebParts.limiter();

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@Test
	void requestIsChargedOnceAndToldOfIt() {
		ServletRateLimiter limiter = limiter(WebParts.policies("api", "2/1m"));
		MockHttpServletRequest request = request();
		limiter.charge(request, this.response);
		limiter.charge(request, this.response);
		assertThat(this.response.getHeader("RateLimit")).isEqualTo("\"api\";r=1;t=60");
		limiter.charge(request(), new MockHttpServletResponse());
		MockHttpServletResponse rejected = new MockHttpServletResponse();
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> limiter.charge(request(), rejected));
		assertThat(rejected.getHeader("Retry-After")).isEqualTo("60");
	}

	@Test
	void stagesAreToldOfTogether() {
		MockHttpServletRequest request = request();
		limiter(WebParts.policies(Stage.BEFORE_SECURITY, WebParts.policy("first", "5/1m", "ip", null))).charge(request,
				this.response);
		limiter(WebParts.policies("second", "5/1m")).charge(request, this.response);
		assertThat(this.response.getHeader("RateLimit")).isEqualTo("\"first\";r=4;t=60, \"second\";r=4;t=60");
	}

	@Test
	void errorPagesBelongToOtherRequests() {
		MockHttpServletRequest error = request();
		error.setDispatcherType(DispatcherType.ERROR);
		MockHttpServletRequest forwarded = request();
		forwarded.setDispatcherType(DispatcherType.FORWARD);
		forwarded.setAttribute(RequestDispatcher.ERROR_STATUS_CODE, 401);
		for (MockHttpServletRequest request : List.of(error, forwarded)) {
			limiter(WebParts.policies("api", "2/1m")).charge(request, this.response);
			limiter(WebParts.policies(Stage.AFTER_SECURITY)).charge(request(), this.response);
			assertThat(this.response.getHeaderNames()).isEmpty();
		}
	}

	@Test
	void interceptorChargesWhatIsDispatchedAgainOnlyIfItHasNot() {
		RateLimitInterceptor interceptor = new RateLimitInterceptor(limiter(WebParts.policies("api", "9/1m")),
				(method, type) -> WebParts.policies("api", "9/1m"));
		MockHttpServletRequest request = request();
		request.setDispatcherType(DispatcherType.ASYNC);
		assertThat(interceptor.preHandle(request, this.response, "handler")).isTrue();
		assertThat(this.response.getHeader("RateLimit")).startsWith("\"api\";r=8");
		MockHttpServletResponse again = new MockHttpServletResponse();
		assertThat(interceptor.preHandle(request, again, "handler")).isTrue();
		assertThat(again.getHeaderNames()).isEmpty();
	}

	@Test
	void requestWithoutAHandlerIsChargedOnceAndItsFailureLeftToOthers() {
		UnmatchedRequestResolver resolver = new UnmatchedRequestResolver(limiter(WebParts.policies("api", "1/1m")),
				new ExceptionResolvers(() -> List.of(RateLimitExceptionResolverTests.resolver())));
		Exception failure = new IllegalStateException();
		assertThat(resolver.resolveException(request(), this.response, null, failure)).isNull();
		assertThat(this.response.getHeader("RateLimit")).startsWith("\"api\";r=0");
		MockHttpServletResponse rejected = new MockHttpServletResponse();
		assertThat(resolver.resolveException(request(), rejected, null, failure)).isNotNull();
		assertThat(rejected.getStatus()).isEqualTo(429);
		MockHttpServletRequest matched = request();
		UnmatchedRequestResolver.matched(matched);
		assertThat(resolver.resolveException(matched, this.response, null, failure)).isNull();
		assertThat(this.rateLimiter.tryAcquire(List.of(charge("api"))).allowed()).isFalse();
	}

	@Test
	void chargeThatIsInterruptedIsNotRepeatedByItsOwnResolver() {
		RequestPolicy api = WebParts.policy("api", "1/1m", "ip", null);
		RequestPolicy waiting = new RequestPolicy(api.policy(), (key, request) -> new CompletableFuture<>(),
				api.paths(), List.of(), Set.of(), api.key(), api.cost(), api.exempt(), null, false);
		List<HandlerExceptionResolver> resolvers = new ArrayList<>();
		UnmatchedRequestResolver resolver = new UnmatchedRequestResolver(
				limiter(WebParts.policies(Stage.AFTER_SECURITY, waiting)), new ExceptionResolvers(() -> resolvers));
		resolvers.addAll(List.of(resolver, RateLimitExceptionResolverTests.resolver()));
		Thread.currentThread().interrupt();
		try {
			assertThat(resolver.resolveException(request(), this.response, null, new IllegalStateException()))
				.isNotNull();
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
		assertThat(this.response.getStatus()).isEqualTo(503);
	}

	private static Charge charge(String policy) {
		return new Charge(WebParts.policies(policy, "1/1m").policies().get(0).policy(), "ip:127.0.0.1");
	}

	@Test
	void filterAnswersWhatItRejectsAheadOfEverything() throws Exception {
		RateLimitFilter filter = filter(
				new ExceptionResolvers(() -> List.of(RateLimitExceptionResolverTests.resolver())),
				PreFlights.answered());
		assertThat(passes(filter, request(), this.response)).isTrue();
		MockHttpServletResponse rejected = new MockHttpServletResponse();
		MockHttpServletRequest browser = request();
		browser.addHeader("Accept", "text/html");
		assertThat(passes(filter, browser, rejected)).isFalse();
		assertThat(rejected.getStatus()).isEqualTo(429);
		assertThat(rejected.getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
	}

	@Test
	void filterAnswersByStatusAloneIfNobodyElseDoes() throws Exception {
		RateLimitFilter filter = filter(new ExceptionResolvers(List::of), PreFlights.answered());
		passes(filter, request(), this.response);
		MockHttpServletResponse rejected = new MockHttpServletResponse();
		assertThat(passes(filter, request(), rejected)).isFalse();
		assertThat(rejected.getStatus()).isEqualTo(429);
	}

	private RateLimitFilter filter(ExceptionResolvers resolvers, PreFlights preFlights) {
		ServletRateLimiter limiter = limiter(
				WebParts.policies(Stage.BEFORE_SECURITY, WebParts.policy("api", "1/1m", "ip", null)));
		return new RateLimitFilter(() -> limiter, resolvers, preFlights, 0);
	}

	@Test
	void preflightIsAnsweredByTheFilterOfTheApplicationAndNeverCounted() throws Exception {
		CorsFilter everybody = new CorsFilter((request) -> new CorsConfiguration().applyPermitDefaultValues());
		CorsFilter elsewhere = new CorsFilter((request) -> null) {

			@Override
			protected boolean shouldNotFilter(HttpServletRequest request) {
				return true;
			}

		};
		RateLimitFilter filter = filter(new ExceptionResolvers(List::of),
				new PreFlights(() -> List.of(elsewhere, everybody), List::of));
		for (int i = 0; i < 3; i++) {
			MockHttpServletResponse answer = new MockHttpServletResponse();
			assertThat(passes(filter, preflight(), answer)).isFalse();
			assertThat(answer.getHeader("Access-Control-Allow-Origin")).isEqualTo("*");
		}
		assertThat(passes(filter, request(), this.response)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void preflightIsAnsweredAsItsHandlerIsConfiguredElseItCounts(boolean configured) throws Exception {
		SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(
				Map.of("/**", (HttpRequestHandler) (request, response) -> {
				}));
		if (configured) {
			mapping.setCorsConfigurations(Map.of("/**", new CorsConfiguration().applyPermitDefaultValues()));
		}
		mapping.setApplicationContext(new StaticApplicationContext());
		PreFlights preFlights = new PreFlights(List::of, () -> List.of(mapping));
		RateLimitFilter filter = filter(new ExceptionResolvers(List::of), preFlights);
		assertThat(passes(filter, preflight(), new MockHttpServletResponse())).isEqualTo(!configured);
		MockHttpServletResponse second = new MockHttpServletResponse();
		assertThat(passes(filter, preflight(), second)).isFalse();
		assertThat(second.getStatus()).isEqualTo(configured ? 200 : 429);
		MockHttpServletResponse chained = new MockHttpServletResponse();
		assertThat(passes(filter.inChain(), preflight(), chained)).isEqualTo(configured);
	}

	private static MockHttpServletRequest preflight() {
		MockHttpServletRequest preflight = new MockHttpServletRequest("OPTIONS", "/");
		preflight.addHeader("Origin", "https://a.example");
		preflight.addHeader("Access-Control-Request-Method", "GET");
		return preflight;
	}

	private static boolean passes(Filter filter, MockHttpServletRequest request, MockHttpServletResponse response)
			throws ServletException, IOException {
		MockFilterChain chain = new MockFilterChain();
		filter.doFilter(request, response, chain);
		return chain.getRequest() != null;
	}

	private ServletRateLimiter limiter(RequestPolicies policies) {
		return new ServletRateLimiter(this.rateLimiter, () -> policies, WebParts.FIELDS, WebParts.CALLERS);
	}

	private static MockHttpServletRequest request() {
		return new MockHttpServletRequest("GET", "/orders");
	}

	private static MockHttpServletRequest request(String address) {
		MockHttpServletRequest request = request();
		request.setRemoteAddr(address);
		return request;
	}

}
