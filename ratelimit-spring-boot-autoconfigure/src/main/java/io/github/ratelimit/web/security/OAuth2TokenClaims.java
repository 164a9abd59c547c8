package io.github.ratelimit.web.security;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;

/**
 * The claims of JSON Web Tokens, of opaque tokens that were introspected, and of users
 * who logged in by OAuth 2.0 or OpenID Connect. A token is the principal, or, where the
 * application has a principal of its own, the credentials.
 */
public final class OAuth2TokenClaims implements TokenClaims {

	@Override
	public @Nullable Object claim(Authentication authentication, String name) {
		Object claim = claim(authentication.getPrincipal(), name);
		return (claim != null) ? claim : claim(authentication.getCredentials(), name);
	}

	private static @Nullable Object claim(@Nullable Object token, String name) {
		if (token instanceof ClaimAccessor claims) {
			return claims.getClaims().get(name);
		}
		return (token instanceof OAuth2AuthenticatedPrincipal principal) ? principal.getAttribute(name) : null;
	}

}
