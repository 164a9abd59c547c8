package io.github.ratelimit.web.servlet;

import java.security.Principal;

import jakarta.servlet.http.Cookie;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.ClientAddress;
import io.github.ratelimit.web.RequestPrincipals;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.servlet.HandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ServletRateLimitRequest}.
 */
class ServletRateLimitRequestTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/upload");

	private final ServletRateLimitRequest view = new ServletRateLimitRequest(this.request,
			new Callers(ClientAddress.ofPeer(), new RequestPrincipals() {

				@Override
				public boolean hasRole(Principal principal, String role) {
					return role.equals("ROLE of " + principal.getName());
				}

				@Override
				public String claim(Principal principal, String name) {
					return "acme of " + principal.getName();
				}

			}));

	@Test
	void viewIsThatOfTheRequest() {
		this.request.setContextPath("/shop");
		this.request.setRequestURI("/shop/upload");
		this.request.setServerName("Shop.Example");
		this.request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, "/{what}");
		this.request.addHeader("X-Key", "one");
		this.request.setCookies(new Cookie("c", "crumb"));
		this.request.setUserPrincipal(() -> "alice");
		this.request.addUserRole("ADMIN");
		assertThat(this.view.method()).isEqualTo("POST");
		assertThat(this.view.path().value()).isEqualTo("/upload");
		assertThat(this.view.route()).isEqualTo("/{what}");
		assertThat(this.view.host()).isEqualTo("shop.example");
		assertThat(this.view.remoteAddress()).isEqualTo("127.0.0.1");
		assertThat(this.view.header("x-key")).isEqualTo("one");
		assertThat(this.view.cookie("c")).isEqualTo("crumb");
		assertThat(this.view.principal()).isEqualTo("alice");
		assertThat(this.view.hasRole("ADMIN")).isTrue();
		assertThat(this.view.hasRole("SUPPORT")).isFalse();
		assertThat(this.view.hasRole("ROLE of alice")).isTrue();
		assertThat(this.view.claim("tenant")).isEqualTo("acme of alice");
		assertThat(this.view.session()).isNull();
		assertThat(this.request.getSession().getId()).isEqualTo(this.view.session());
	}

	@Test
	void whatIsNotThereIsNull() {
		this.request.setServerName(null);
		assertThat(this.view.route()).isNull();
		assertThat(this.view.host()).isNull();
		assertThat(this.view.header("x")).isNull();
		assertThat(this.view.cookie("c")).isNull();
		assertThat(this.view.param("p")).isNull();
		assertThat(this.view.principal()).isNull();
		assertThat(this.view.hasRole("ADMIN")).isFalse();
		assertThat(this.view.claim("tenant")).isNull();
	}

	@Test
	void parameterOfAnUploadIsThatOfTheQuery() {
		this.request.setContentType("Multipart/form-data; boundary=x");
		this.request.setParameter("user", "from the body");
		assertThat(this.view.param("user")).isNull();
		this.request.setQueryString("user=alice+b%C3%A4r&user=bob");
		assertThat(this.view.param("user")).isEqualTo("alice b\u00e4r");
		this.request.setQueryString("flag&us%65r=alice");
		assertThat(this.view.param("user")).isEqualTo("alice");
		assertThat(this.view.param("flag")).isNull();
		this.request.setQueryString("user=%zz&%zz=alice");
		assertThat(this.view.param("user")).isNull();
	}

	@Test
	void parameterOfAFormIsWhatHandlersSee() {
		this.request.setContentType("application/x-www-form-urlencoded");
		this.request.setParameter("user", "alice");
		assertThat(this.view.param("user")).isEqualTo("alice");
	}

}
