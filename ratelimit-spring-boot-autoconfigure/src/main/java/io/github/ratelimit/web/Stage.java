package io.github.ratelimit.web;

import java.util.Locale;

/**
 * When a policy is enforced. Policies of one stage are decided together.
 */
public enum Stage {

	/**
	 * Ahead of authentication: in each chain of Spring Security behind its CORS filter,
	 * so that requests that it answers itself, such as failed logins, are limited too.
	 * Neither the principal nor the handler is known yet.
	 */
	BEFORE_SECURITY,

	/** Behind Spring Security, when principal and handler are known. */
	AFTER_SECURITY;

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
