package io.github.ratelimit.web.servlet;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.ClientAddress;
import io.github.ratelimit.web.RequestPrincipals;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ServletRateLimitRequest}.
 */
class ServletRateLimitRequestTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/upload");

	private final ServletRateLimitRequest view = new ServletRateLimitRequest(this.request,
			new Callers(ClientAddress.ofPeer(), new RequestPrincipals() {
			}));

	@Test
	void parameterOfAnUploadIsThatOfTheQuery() {
		this.request.setContentType("Multipart/form-data; boundary=x");
		this.request.setParameter("user", "from the body");
		assertThat(this.view.param("user")).isNull();
		this.request.setQueryString("user=alice+b%C3%A4r&user=bob");
		assertThat(this.view.param("user")).isEqualTo("alice b\u00e4r");
	}

	@Test
	void parameterOfAFormIsWhatHandlersSee() {
		this.request.setContentType("application/x-www-form-urlencoded");
		this.request.setParameter("user", "alice");
		assertThat(this.view.param("user")).isEqualTo("alice");
	}

}
