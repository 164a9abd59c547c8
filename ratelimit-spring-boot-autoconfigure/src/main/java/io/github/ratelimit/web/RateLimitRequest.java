package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;

/**
 * What a policy may look at to decide whether it applies to a request, and to whom.
 */
public interface RateLimitRequest {

	/**
	 * The HTTP method.
	 * @return its name in upper case
	 */
	String method();

	/**
	 * The path within the application, parsed and decoded, as handlers are found by it.
	 * @return the path without query
	 */
	PathContainer path();

	/**
	 * The pattern of the handler that was found.
	 * @return such as {@code /orders/{id}}, or null if there is none
	 */
	@Nullable String route();

	/**
	 * The address of the peer that sent the request.
	 * @return an IPv4 or IPv6 address
	 */
	String remoteAddress();

	/**
	 * Who is authenticated.
	 * @return the name of the principal, or null if nobody is
	 */
	@Nullable String principal();

	/**
	 * Whether the principal has a role.
	 * @param role the role, without the prefix that Spring Security gives it
	 * @return false if nobody is authenticated
	 */
	boolean hasRole(String role);

	/**
	 * The first value of a header.
	 * @param name the name of the header, in any case
	 * @return the value, or null if the request does not have it
	 */
	@Nullable String header(String name);

}
