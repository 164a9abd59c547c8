package io.github.ratelimit.web.security;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;

/**
 * Reads what the token of an authentication claims.
 */
@FunctionalInterface
public interface TokenClaims {

	/**
	 * Reads a claim.
	 * @param authentication who is authenticated
	 * @param name the name of the claim
	 * @return its value, or null if there is no token or it does not claim that
	 */
	@Nullable Object claim(Authentication authentication, String name);

}
