package com.example.security;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.CorsConfiguration;

/**
 * Ways in which applications set up Spring Security, on both stacks. All have form login
 * and HTTP Basic.
 */
public enum SecurityChains {

	/** What Spring Boot does on its own. */
	DEFAULT(Hello.class),

	OWN(OneOfItsOwn.class),

	OWN_WITH_CORS(WithCors.class),

	TWO(Two.class),

	WITH_MATCHER(WithMatcher.class);

	private final Class<?> beans;

	SecurityChains(Class<?> beans) {
		this.beans = beans;
	}

	public List<Class<?>> beans() {
		return List.of(this.beans, Accounts.class);
	}

	private static SecurityFilterChain secured(HttpSecurity http) {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.formLogin(Customizer.withDefaults())
			.httpBasic(Customizer.withDefaults())
			.build();
	}

	private static SecurityWebFilterChain secured(ServerHttpSecurity http) {
		return http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
			.formLogin(Customizer.withDefaults())
			.httpBasic(Customizer.withDefaults())
			.build();
	}

	private static CorsConfiguration everybody() {
		CorsConfiguration everybody = new CorsConfiguration();
		everybody.setAllowedOrigins(List.of("https://shop.example"));
		everybody.setAllowedMethods(List.of("*"));
		everybody.setAllowedHeaders(List.of("*"));
		return everybody;
	}

	@RestController
	static class Hello {

		@RequestMapping("/hello")
		String hello() {
			return "hello";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Hello.class)
	static class OneOfItsOwn {

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		SecurityFilterChain chain(HttpSecurity http) {
			return secured(http);
		}

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		SecurityWebFilterChain reactiveChain(ServerHttpSecurity http) {
			return secured(http);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Hello.class)
	static class WithCors {

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		SecurityFilterChain chain(HttpSecurity http) {
			return secured(http.cors((cors) -> cors.configurationSource((request) -> everybody())));
		}

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		SecurityWebFilterChain reactiveChain(ServerHttpSecurity http) {
			return secured(http.cors((cors) -> cors.configurationSource((exchange) -> everybody())));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(OneOfItsOwn.class)
	static class Two {

		@Bean
		@Order(1)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		SecurityFilterChain other(HttpSecurity http) {
			return secured(http.securityMatcher("/hello", "/other/**"));
		}

		@Bean
		@Order(1)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		SecurityWebFilterChain reactiveOther(ServerHttpSecurity http) {
			return secured(http.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/hello", "/other/**")));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Hello.class)
	static class WithMatcher {

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		SecurityFilterChain chain(HttpSecurity http) {
			return secured(http.securityMatcher("/login", "/hello"));
		}

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		SecurityWebFilterChain reactiveChain(ServerHttpSecurity http) {
			return secured(http.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/login", "/hello")));
		}

	}

}
