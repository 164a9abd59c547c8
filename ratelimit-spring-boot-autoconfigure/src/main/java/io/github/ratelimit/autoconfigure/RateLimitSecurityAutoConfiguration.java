package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.web.RequestPrincipals;
import io.github.ratelimit.web.security.OAuth2TokenClaims;
import io.github.ratelimit.web.security.SecurityPrincipals;
import io.github.ratelimit.web.security.TokenClaims;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.core.GrantedAuthorityDefaults;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Auto-configuration for principals that Spring Security authenticates.
 */
@AutoConfiguration
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
