package io.github.ratelimit.web.security;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.web.RequestPrincipals;

import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;

/**
 * Principals as Spring Security authenticates them: with authorities, and tokens that
 * claim something. An anonymous principal is nobody.
 */
public final class SecurityPrincipals implements RequestPrincipals {

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	private final String rolePrefix;

	private final TokenClaims claims;

	/**
	 * Creates principals.
	 * @param rolePrefix what makes an authority of a role
	 * @param claims reads what tokens claim
	 */
	public SecurityPrincipals(String rolePrefix, TokenClaims claims) {
		this.rolePrefix = rolePrefix;
		this.claims = claims;
	}

	@Override
	public @Nullable String name(Principal principal) {
		return (!(principal instanceof Authentication) || authenticated(principal) != null) ? principal.getName()
				: null;
	}

	@Override
	public boolean hasRole(Principal principal, String role) {
		Authentication authentication = authenticated(principal);
		if (authentication == null) {
			return false;
		}
		String authority = role.startsWith(this.rolePrefix) ? role : this.rolePrefix + role;
		for (GrantedAuthority granted : authentication.getAuthorities()) {
			if (authority.equals(granted.getAuthority())) {
				return true;
			}
		}
		return false;
	}

	@Override
	public @Nullable String claim(Principal principal, String name) {
		Authentication authentication = authenticated(principal);
		Object claim = (authentication != null) ? this.claims.claim(authentication, name) : null;
		return (claim != null) ? claim.toString() : null;
	}

	private @Nullable Authentication authenticated(Principal principal) {
		return (principal instanceof Authentication authentication && this.trust.isAuthenticated(authentication))
				? authentication : null;
	}

}
