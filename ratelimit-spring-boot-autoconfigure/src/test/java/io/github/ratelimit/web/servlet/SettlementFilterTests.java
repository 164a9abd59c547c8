package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Charge;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.Stage;
import io.github.ratelimit.web.WebParts;

import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link SettlementFilter}, and of when a response is sent.
 */
class SettlementFilterTests {

	private final RateLimiter rateLimiter = WebParts.limiter();

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@ParameterizedTest
	@CsvSource({ "401, 1", "200, 2" })
	void whatDoesNotCountIsGivenBackWhenTheResponseIsKnown(int status, long remaining) throws Exception {
		settled((request, response) -> ((HttpServletResponse) response).setStatus(status));
		assertThat(remaining()).isEqualTo(remaining);
	}

	@Test
	void requestThatEndsWithAnExceptionEndsWith500() {
		assertThatIllegalStateException().isThrownBy(() -> settled((request, response) -> {
			((HttpServletResponse) response).setStatus(200);
			throw new IllegalStateException("Nobody answers this");
		}));
		assertThat(remaining()).isEqualTo(1);
	}

	@Test
	void asynchronousRequestIsSettledWhenItIsComplete() throws Exception {
		MockHttpServletRequest request = request();
		request.setAsyncSupported(true);
		settlement().doFilter(request, this.response, (same, response) -> {
			charge(request);
			request.startAsync(request, this.response);
		});
		assertThat(remaining()).isEqualTo(1);
		((MockAsyncContext) request.getAsyncContext()).complete();
		assertThat(remaining()).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource
	void callerThatSeesTheResponseHasBeenGivenBack(Sent sent) throws Exception {
		settled((request, response) -> {
			sent.send((HttpServletResponse) response);
			assertThat(remaining()).isEqualTo(2);
		});
		assertThat(this.response.getContentAsString()).isEqualTo(sent.writes() ? "A" : "");
		assertThat(this.response.isCommitted() || !sent.name().endsWith("FLUSHED")).isTrue();
	}

	private enum Sent {

		FLUSHED, STREAM_FLUSHED, STREAM_CLOSED, STREAM_BYTE, STREAM_BYTES, WRITER_FLUSHED, WRITER_CLOSED, WRITER_TEXT,
		WRITER_CHARACTER, WRITER_CHARACTERS;

		boolean writes() {
			return !name().endsWith("FLUSHED") && !name().endsWith("CLOSED");
		}

		void send(HttpServletResponse response) throws IOException {
			if (writes()) {
				response.setContentLength(1);
			}
			switch (this) {
				case FLUSHED -> response.flushBuffer();
				case STREAM_FLUSHED -> response.getOutputStream().flush();
				case STREAM_CLOSED -> response.getOutputStream().close();
				case STREAM_BYTE -> response.getOutputStream().write(65);
				case STREAM_BYTES -> response.getOutputStream().write(new byte[] { 65 });
				case WRITER_FLUSHED -> response.getWriter().flush();
				case WRITER_CLOSED -> response.getWriter().close();
				case WRITER_TEXT -> response.getWriter().write("A");
				case WRITER_CHARACTER -> response.getWriter().write('A');
				case WRITER_CHARACTERS -> response.getWriter().write(new char[] { 'A' });
			}
		}

	}

	@Test
	void responseOfUnknownLengthIsNotSentByItsFirstWrite() throws Exception {
		settled((request, response) -> {
			response.getWriter().write("A");
			assertThat(remaining()).isEqualTo(1);
			assertThat(response.getWriter()).isSameAs(response.getWriter());
		});
		assertThat(this.response.getContentAsString()).isEqualTo("A");
	}

	private void settled(FilterChain handler) throws ServletException, IOException {
		MockHttpServletRequest request = request();
		settlement().doFilter(request, this.response, (same, response) -> {
			charge(request);
			handler.doFilter(same, response);
		});
	}

	private static SettlementFilter settlement() {
		return new SettlementFilter(() -> true);
	}

	private void charge(MockHttpServletRequest request) {
		limiter(WebParts.policies(Stage.AFTER_SECURITY,
				WebParts.policy("login", "2/1m", "ip", (response) -> response.status() != 200)))
			.charge(request, this.response);
	}

	private long remaining() {
		Charge look = new Charge(WebParts.policies("login", "2/1m").policies().get(0).policy(), "ip:127.0.0.1", 0);
		return this.rateLimiter.tryAcquire(List.of(look)).states().get(0).remaining();
	}

	private ServletRateLimiter limiter(RequestPolicies policies) {
		return new ServletRateLimiter(this.rateLimiter, () -> policies, WebParts.FIELDS, WebParts.CALLERS);
	}

	private static MockHttpServletRequest request() {
		return new MockHttpServletRequest("GET", "/orders");
	}

}
