package io.github.ratelimit.web.servlet;

import java.io.IOException;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.web.WebParts;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RateLimitFieldsFilter}.
 */
class RateLimitFieldsFilterTests {

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@ParameterizedTest
	@CsvSource({ "200, true", "299, true", "300, false", "302, false", "304, true", "399, false", "400, true" })
	void redirectsHaveNoFields(int status, boolean kept) throws Exception {
		through((response) -> {
			response.setHeader("RateLimit", "\"api\";r=1");
			response.setHeader("X-Other", "stays");
			response.setStatus(status);
		});
		assertThat(this.response.containsHeader("RateLimit")).isEqualTo(kept);
		assertThat(this.response.getHeader("X-Other")).isEqualTo("stays");
		assertThat(this.response.getStatus()).isEqualTo(status);
	}

	@ParameterizedTest
	@EnumSource
	void redirectsHaveNoFieldsHoweverTheyAreSent(Redirect redirect) throws Exception {
		through((response) -> {
			response.setHeader("RateLimit", "\"api\";r=1");
			switch (redirect) {
				case LOCATION -> response.sendRedirect("/login");
				case STATUS -> response.sendRedirect("/login", 302);
				case CLEAR -> response.sendRedirect("/login", true);
				case BOTH -> response.sendRedirect("/login", 302, true);
			}
		});
		assertThat(this.response.containsHeader("RateLimit")).isFalse();
		assertThat(this.response.getRedirectedUrl()).isEqualTo("/login");
	}

	private enum Redirect {

		LOCATION, STATUS, CLEAR, BOTH

	}

	@Test
	void scriptsOfAllowedOriginsReadTheFields() throws Exception {
		through((response) -> {
			response.setHeader("RateLimit", "\"api\";r=1");
			response.addHeader("Access-Control-Allow-Origin", "https://a.example");
			response.addHeader("Access-Control-Expose-Headers", "X-Other");
		});
		assertThat(this.response.getHeaders("Access-Control-Expose-Headers"))
			.containsExactlyInAnyOrder("RateLimit-Policy, RateLimit, Retry-After", "X-Other");
	}

	private void through(Handler handler) throws ServletException, IOException {
		new RateLimitFieldsFilter(() -> WebParts.FIELDS).doFilter(new MockHttpServletRequest(), this.response,
				(request, response) -> handler.handle((HttpServletResponse) response));
	}

	private interface Handler {

		void handle(HttpServletResponse response) throws IOException;

	}

}
