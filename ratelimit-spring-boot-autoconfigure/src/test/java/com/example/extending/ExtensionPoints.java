package com.example.extending;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

import io.github.ratelimit.web.RateLimitExemption;
import io.github.ratelimit.web.RateLimitKeyResolver;
import io.github.ratelimit.web.RateLimitPlanResolver;
import io.github.ratelimit.web.RateLimitRejectionHandler;
import io.github.ratelimit.web.security.OAuth2TokenClaims;
import io.github.ratelimit.web.security.TokenClaims;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The beans that the page on extension points shows. */
@Configuration(proxyBeanMethods = false)
@Import({ UserClient.class, PartnerPolicies.class, LastPermits.class, RejectionLog.class, Trust.class,
		SearchController.class })
public class ExtensionPoints {

	@Bean
	RateLimitKeyResolver shop() {
		return (request) -> {
			String host = request.host();
			return (host != null && host.endsWith(".shops.example")) ? host.substring(0, host.indexOf('.')) : null;
		};
	}

	@Bean
	RateLimitPlanResolver userPlans(UserClient users) {
		return (request) -> users.planOf(request.principal()).toFuture();
	}

	@Bean
	RateLimitExemption ownServices(@Value("${shop.service-token}") String token) {
		byte[] expected = token.getBytes(StandardCharsets.UTF_8);
		return (request) -> {
			String given = request.header("X-Service-Token");
			return given != null && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
		};
	}

	@Bean
	RateLimitRejectionHandler upgrade() {
		return (rejection) -> {
			if (rejection.request().path().value().startsWith("/pages/")) {
				rejection.redirectTo(URI.create("/login"));
			}
			rejection.problem().setProperty("upgrade", "https://example.org/plans");
			rejection.headers().add("Link", "</plans>; rel=help");
		};
	}

	@Bean
	TokenClaims claims() {
		OAuth2TokenClaims tokens = new OAuth2TokenClaims();
		return (authentication,
				name) -> (authentication.getPrincipal() instanceof Customer customer && name.equals("tenant"))
						? customer.tenant() : tokens.claim(authentication, name);
	}

}
