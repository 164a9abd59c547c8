package io.github.ratelimit.web;

/**
 * Which header fields tell callers of their limits.
 */
public enum HeaderStyle {

	/**
	 * {@code RateLimit} and {@code RateLimit-Policy} in the syntax of
	 * draft-ietf-httpapi-ratelimit-headers-11.
	 */
	DRAFT,

	/**
	 * {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset} of the tightest
	 * limit.
	 */
	LEGACY,

	/** Those of the draft and the legacy ones. */
	BOTH,

	/** Nothing but {@code Retry-After}. */
	NONE

}
