package io.github.ratelimit.web;

import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * What can be told of the principals of requests. This one knows their names; others know
 * what authenticated them.
 */
public interface RequestPrincipals {

	/**
	 * The name of a principal.
	 * @param principal the principal of a request
	 * @return the name, or null if nobody is authenticated
	 */
	default @Nullable String name(Principal principal) {
		return principal.getName();
	}

	/**
	 * Whether a principal has a role.
	 * @param principal the principal of a request
	 * @param role the role, without the prefix that Spring Security gives it
	 * @return false if it has not, or nobody is authenticated
	 */
	default boolean hasRole(Principal principal, String role) {
		return false;
	}

	/**
	 * What the token of a principal claims.
	 * @param principal the principal of a request
	 * @param name the name of the claim
	 * @return its value as text, or null if there is no such claim
	 */
	default @Nullable String claim(Principal principal, String name) {
		return null;
	}

}
