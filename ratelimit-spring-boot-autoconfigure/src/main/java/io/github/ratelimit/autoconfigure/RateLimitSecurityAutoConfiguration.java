package io.github.ratelimit.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import io.github.ratelimit.web.RequestPrincipals;
import io.github.ratelimit.web.Stage;
import io.github.ratelimit.web.reactive.RateLimitWebFilter;
import io.github.ratelimit.web.security.OAuth2TokenClaims;
import io.github.ratelimit.web.security.SecurityChainCheck;
import io.github.ratelimit.web.security.SecurityPrincipals;
import io.github.ratelimit.web.security.TokenClaims;
import io.github.ratelimit.web.servlet.RateLimitFilter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.core.GrantedAuthorityDefaults;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.server.WebFilter;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Auto-configuration for principals that Spring Security authenticates.
 */
@AutoConfiguration(after = { RateLimitWebMvcAutoConfiguration.class, RateLimitWebFluxAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnWebApplication
@ConditionalOnClass({ PathPattern.class, GrantedAuthorityDefaults.class })
public final class RateLimitSecurityAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RequestPrincipals rateLimitRequestPrincipals(ObjectProvider<GrantedAuthorityDefaults> defaults,
			ObjectProvider<TokenClaims> claims) {
		return new SecurityPrincipals(
				defaults.getIfAvailable(() -> new GrantedAuthorityDefaults("ROLE_")).getRolePrefix(),
				claims.getIfAvailable(() -> (authentication, name) -> null));
	}

	private static boolean wanted(ObjectProvider<ReloadablePolicies> policies) {
		return policies.getObject()
			.now()
			.properties()
			.values()
			.stream()
			.anyMatch((policy) -> policy.stage() == Stage.BEFORE_SECURITY);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnBean(RateLimitFilter.class)
	static class ServletChains {

		@Bean
		Customizer<HttpSecurity> rateLimitHttpSecurity(RateLimitFilter filter) {
			return (http) -> http.addFilterAfter(filter.inChain(), CorsFilter.class);
		}

		@Bean
		SecurityChainCheck rateLimitSecurityChainCheck(RateLimitFilter filter,
				ObjectProvider<ReloadablePolicies> policies, ObjectProvider<SecurityFilterChain> chains) {
			return new SecurityChainCheck(filter.inChain(), () -> wanted(policies), () -> chains.orderedStream()
				.collect(Collectors.toMap(Object::toString, SecurityFilterChain::getFilters, (one, other) -> one)));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnBean(RateLimitWebFilter.class)
	static class ReactiveChains {

		@Bean
		Customizer<ServerHttpSecurity> rateLimitHttpSecurity(RateLimitWebFilter filter) {
			return (http) -> http.addFilterAfter(filter.inChain(), SecurityWebFiltersOrder.CORS);
		}

		@Bean
		SecurityChainCheck rateLimitSecurityChainCheck(RateLimitWebFilter filter,
				ObjectProvider<ReloadablePolicies> policies, ObjectProvider<SecurityWebFilterChain> chains) {
			return new SecurityChainCheck(filter.inChain(), () -> wanted(policies), () -> chains.orderedStream()
				.collect(Collectors.toMap(Object::toString, ReactiveChains::filters, (one, other) -> one)));
		}

		private static List<WebFilter> filters(SecurityWebFilterChain chain) {
			return Objects.requireNonNullElse(chain.getWebFilters().collectList().block(), List.of());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ClaimAccessor.class)
	static class OAuth2 {

		@Bean
		@ConditionalOnMissingBean
		TokenClaims rateLimitTokenClaims() {
			return new OAuth2TokenClaims();
		}

	}

}
