package io.github.ratelimit.test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.reactive.server.ExchangeResult;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import io.github.ratelimit.Decision;

/**
 * Assertions on what became of calls that are limited.
 */
public final class RateLimitAssertions {

	private RateLimitAssertions() {
	}

	/**
	 * Asserts on a decision.
	 * @param decision what a {@link io.github.ratelimit.RateLimiter} has decided
	 * @return assertions
	 */
	public static RateLimitDecisionAssert assertThatDecision(Decision decision) {
		return new RateLimitDecisionAssert(decision);
	}

	/**
	 * Asserts on what a caller is told of its limits.
	 * @param result what {@code MockMvcTester} got
	 * @return assertions
	 */
	public static RateLimitResponseAssert assertThatLimits(MvcTestResult result) {
		MockHttpServletResponse response = result.getResponse();
		HttpHeaders headers = new HttpHeaders();
		for (String name : response.getHeaderNames()) {
			headers.addAll(name, response.getHeaders(name));
		}
		return limits(HttpStatusCode.valueOf(response.getStatus()), headers);
	}

	/**
	 * Asserts on what a caller is told of its limits.
	 * @param result what {@code WebTestClient} got
	 * @return assertions
	 */
	public static RateLimitResponseAssert assertThatLimits(ExchangeResult result) {
		return limits(result.getStatus(), result.getResponseHeaders());
	}

	/**
	 * Asserts on what a caller is told of its limits.
	 * @param response what a client got, if it does not throw on a rejection
	 * @return assertions
	 */
	public static RateLimitResponseAssert assertThatLimits(ResponseEntity<?> response) {
		return limits(response.getStatusCode(), response.getHeaders());
	}

	private static RateLimitResponseAssert limits(HttpStatusCode status, HttpHeaders headers) {
		return new RateLimitResponseAssert(new ResponseEntity<>(headers, status));
	}

}
