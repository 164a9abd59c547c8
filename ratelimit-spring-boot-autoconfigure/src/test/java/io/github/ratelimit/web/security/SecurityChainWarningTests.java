package io.github.ratelimit.web.security;

import com.example.security.Accounts;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with a filter ahead of the rate limits in a security filter chain.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecurityChainWarningTests {

	@ParameterizedTest
	@CsvSource({ "SERVLET, before-security, TokenFilter", "REACTIVE, before-security, TokenWebFilter",
			"SERVLET, after-security,", "REACTIVE, after-security," })
	void filterAheadOfRateLimitsIsWarnedOf(WebApplicationType type, String stage, String filter,
			CapturedOutput output) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.run("--spring.config.location=optional:classpath:none.yml", "--server.port=0", "--secured=true",
					"--ratelimit.store.type=memory", "--ratelimit.policies.all.paths=/**",
					"--ratelimit.policies.all.limits=5/1m", "--ratelimit.policies.all.stage=" + stage)) {
			assertThat(context.isActive()).isTrue();
			String warning = "ahead of the rate limits";
			if (filter != null) {
				assertThat(output).containsOnlyOnce(warning)
					.contains("$" + filter + " " + warning)
					.doesNotContain("was not built from");
			}
			else {
				assertThat(output).doesNotContain(warning);
			}
		}
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Accounts.class)
	static class Application {

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		SecurityFilterChain chain(HttpSecurity http) {
			return http.addFilterBefore(new TokenFilter(), HeaderWriterFilter.class)
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.build();
		}

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		SecurityWebFilterChain reactiveChain(ServerHttpSecurity http) {
			return http.addFilterAt(new TokenWebFilter(), SecurityWebFiltersOrder.FIRST)
				.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.build();
		}

	}

	private static final class TokenFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException {
			throw new ServletException("No token");
		}

	}

	private static final class TokenWebFilter implements WebFilter {

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			return Mono.error(new IllegalStateException("No token"));
		}

	}

}
