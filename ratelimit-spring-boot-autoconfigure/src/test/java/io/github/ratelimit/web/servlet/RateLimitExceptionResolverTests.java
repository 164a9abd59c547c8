package io.github.ratelimit.web.servlet;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.Charge;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.RateLimitRejectionHandler;
import io.github.ratelimit.web.WebParts;

import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RateLimitExceptionResolver}.
 */
class RateLimitExceptionResolverTests {

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@Test
	void rejectionIsAnsweredByAProblemInOneWrite() throws Exception {
		assertThat(resolver().resolveException(request(), this.response, null, rejection())).isNotNull();
		assertThat(this.response.getStatus()).isEqualTo(429);
		assertThat(this.response.getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		assertThat(this.response.getHeader("Cache-Control")).isEqualTo("no-store");
		assertThat(this.response.getContentAsString()).hasSize(this.response.getContentLength())
			.contains("Limit api (1/1m) is used up.", "\"instance\":\"/orders\"");
	}

	@Test
	void applicationsSayMore() throws Exception {
		RateLimitExceptionResolver resolver = resolver((rejection) -> {
			rejection.problem().setInstance(URI.create("/incidents/1"));
			rejection.headers().addAll("Link", List.of("</a>", "</b>"));
			rejection.headers().remove("RateLimit");
		});
		this.response.setHeader("RateLimit", "old");
		resolver.resolveException(request(), this.response, null, rejection());
		assertThat(this.response.getHeaders("Link")).containsExactly("</a>", "</b>");
		assertThat(this.response.getHeader("RateLimit")).isNull();
		assertThat(this.response.getContentAsString()).contains("\"instance\":\"/incidents/1\"");
	}

	@Test
	void rejectionThatRedirectsHasNeitherBodyNorFields() throws Exception {
		resolver((rejection) -> rejection.redirectTo(URI.create("/busy"))).resolveException(request(), this.response,
				null, rejection());
		assertThat(this.response.getStatus()).isEqualTo(303);
		assertThat(this.response.getHeader("Location")).isEqualTo("/busy");
		assertThat(this.response.getHeader("Retry-After")).isNull();
		assertThat(this.response.getContentAsString()).isEmpty();
	}

	@Test
	void browsersAreShownTheErrorPageUnlessItIsNotForThem() {
		MockHttpServletRequest browser = request();
		browser.addHeader("Accept", "text/html");
		resolver().resolveException(browser, this.response, null, rejection());
		assertThat(this.response.getErrorMessage()).isNull();
		assertThat(this.response.isCommitted()).isTrue();
		assertThat(this.response.getContentType()).isNull();
		MockHttpServletResponse problem = new MockHttpServletResponse();
		RateLimitExceptionResolver.withoutPage(browser);
		resolver().resolveException(browser, problem, null, rejection());
		assertThat(problem.getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
	}

	@Test
	void statusIsAllThatIsSaidWithoutJson() {
		RateLimitExceptionResolver resolver = new RateLimitExceptionResolver(WebParts.problems(), WebParts.CALLERS,
				() -> adapter(List.of()));
		resolver.resolveException(request(), this.response, null, rejection());
		assertThat(this.response.getStatus()).isEqualTo(429);
		assertThat(this.response.getContentLength()).isZero();
	}

	@Test
	void otherFailuresAreLeftToOthers() {
		assertThat(resolver().resolveException(request(), this.response, null, new IllegalStateException())).isNull();
		assertThat(this.response.isCommitted()).isFalse();
	}

	private static RateLimitExceededException rejection() {
		RateLimiter limiter = WebParts.limiter();
		List<Charge> charges = List.of(new Charge(WebParts.policy("api", "1/1m", "ip", null).policy(), "a"));
		limiter.tryAcquire(charges);
		return new RateLimitExceededException(limiter.tryAcquire(charges));
	}

	static RateLimitExceptionResolver resolver(RateLimitRejectionHandler... handlers) {
		return new RateLimitExceptionResolver(WebParts.problems(handlers), WebParts.CALLERS,
				() -> adapter(List.of(new JacksonJsonHttpMessageConverter())));
	}

	private static RequestMappingHandlerAdapter adapter(List<HttpMessageConverter<?>> converters) {
		RequestMappingHandlerAdapter adapter = new RequestMappingHandlerAdapter();
		adapter.setMessageConverters(converters);
		return adapter;
	}

	private static MockHttpServletRequest request() {
		return new MockHttpServletRequest("GET", "/orders");
	}

}
