package io.github.ratelimit.web.servlet;

import java.security.Principal;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.ClientAddress;
import io.github.ratelimit.web.RequestPrincipals;
import io.github.ratelimit.web.UnreadableRequestException;
import io.github.ratelimit.web.WebParts;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.servlet.HandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

			}, 1_000, (port) -> false));

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

	@ParameterizedTest
	@CsvSource({ "application/x-www-form-urlencoded, 10", "Multipart/Form-Data; boundary=x, 1000",
			"application/x-www-form-urlencoded, 5000" })
	void formIsWhatTheContainerReadsBehindTheQuery(String type, int length) {
		post(type, length);
		this.request.setQueryString("user=decoy&other=x&us%65r=an+other");
		this.request.setParameter("user", "decoy", "an other", "alice", "bob");
		assertThat(this.view.query("user")).isEqualTo("decoy");
		assertThat(this.view.form("user")).isEqualTo("alice");
		assertThat(this.view.param("user")).isEqualTo("decoy");
		this.request.setParameter("user", "decoy", "an other");
		assertThat(this.view.form("user")).isNull();
	}

	@Test
	void bodyThatIsNoFormHasNoFields() {
		post("application/json", 10);
		this.request.setQueryString("flag&user=%C3%A4");
		this.request.setParameter("user", "\u00e4");
		assertThat(this.view.form("user")).isNull();
		assertThat(this.view.param("user")).isEqualTo("\u00e4");
		assertThat(this.view.query("flag")).isEmpty();
		assertThat(this.view.query("nothing")).isNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 1001 })
	void largeUploadIsNotReadToFindOutWhoSendsIt(int length) {
		post("multipart/form-data; boundary=x", length);
		this.request.setParameter("user", "alice");
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> this.view.form("user"));
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> this.view.param("user"))
			.matches((ex) -> ex.status() == 413);
		this.request.setQueryString("user=alice");
		assertThat(this.view.param("user")).isEqualTo("alice");
	}

	@Test
	void whatCannotBeReadIsNotAbsent() {
		post("application/x-www-form-urlencoded", 10);
		this.request.setQueryString("user=%zz&%zz=alice");
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> this.view.query("user"))
			.matches((ex) -> ex.status() == 400);
		this.request.setQueryString("user=decoy");
		this.request.setParameter("user", "alice");
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> this.view.form("user"));
		ServletRateLimitRequest malformed = new ServletRateLimitRequest(new HttpServletRequestWrapper(this.request) {

			@Override
			public String[] getParameterValues(String name) {
				throw new IllegalStateException("Malformed");
			}

		}, WebParts.CALLERS);
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> malformed.param("user"))
			.withCauseInstanceOf(IllegalStateException.class);
	}

	private void post(String type, int length) {
		this.request.setContentType(type);
		if (length >= 0) {
			this.request.setContent(new byte[length]);
		}
	}

}
