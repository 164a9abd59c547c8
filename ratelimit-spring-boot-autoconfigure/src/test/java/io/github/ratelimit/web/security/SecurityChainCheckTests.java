package io.github.ratelimit.web.security;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.header.HttpHeaderWriterWebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SecurityChainCheck}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecurityChainCheckTests {

	private static final ReactiveAuthenticationManager MANAGER = Mono::just;

	private final Object limits = new Object();

	private final Object basic = new BasicAuthenticationFilter((authentication) -> authentication);

	@Test
	void filterThatAuthenticatesAheadOfLimitsIsWarnedOf(CapturedOutput output) {
		check(true, List.of(new HeaderWriterFilter(List.of((request, response) -> {
		})), this.basic, this.limits));
		assertThat(output).contains("The security filter chain 'api' has " + BasicAuthenticationFilter.class.getName())
			.doesNotContain("HeaderWriterFilter");
	}

	@Test
	void soItIsOnWebFlux(CapturedOutput output) {
		check(true, List.of(new HttpHeaderWriterWebFilter((exchange) -> Mono.empty()),
				new AuthenticationWebFilter(MANAGER), this.limits));
		assertThat(output).contains("has " + AuthenticationWebFilter.class.getName())
			.doesNotContain("HttpHeaderWriterWebFilter");
	}

	@Test
	void filterOfTheApplicationMayAuthenticate(CapturedOutput output) {
		check(true, List.of(new TokenFilter(), this.limits));
		assertThat(output).contains("has " + TokenFilter.class.getName());
	}

	@Test
	void chainThatWasBuiltWithoutLimitsIsWarnedOf(CapturedOutput output) {
		check(true, List.of(this.basic));
		assertThat(output).contains("'api' was not built from Spring's HttpSecurity bean");
	}

	@Test
	void nothingIsSaidIfAllIsWell(CapturedOutput output) {
		check(true, List.of(this.limits, this.basic, new TokenFilter()));
		check(true, List.of());
		check(false, List.of(this.basic));
		assertThat(output).isEmpty();
	}

	private void check(boolean wanted, List<?> filters) {
		new SecurityChainCheck(this.limits, () -> wanted, () -> Map.of("api", filters)).afterSingletonsInstantiated();
	}

	private static final class TokenFilter implements Filter {

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException {
		}

	}

}
