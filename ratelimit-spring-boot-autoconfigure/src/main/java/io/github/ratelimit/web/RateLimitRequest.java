package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.KeyText;

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
	 * The host that the request was sent to, as the caller says.
	 * @return its name in lower case or its address, without port, or null if the request
	 * does not say
	 */
	@Nullable String host();

	/**
	 * The address of the client: of the peer, or of whom trusted proxies say that they
	 * forward the request for.
	 * @return an IPv4 or IPv6 address, written in one way only: without zone, in lower
	 * case and compressed, and in dots if it is IPv4 within IPv6
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
	 * What the token of the principal claims.
	 * @param name the name of the claim
	 * @return its value as text, or null if nobody is authenticated, or by other means
	 */
	@Nullable String claim(String name);

	/**
	 * The first value of a header.
	 * @param name the name of the header, in any case
	 * @return the value, or null if the request does not have it
	 */
	@Nullable String header(String name);

	/**
	 * The first cookie of a name.
	 * @param name the name of the cookie
	 * @return its value, or null if the request does not have it
	 */
	@Nullable String cookie(String name);

	/**
	 * The first value of a parameter in the query.
	 * @param name the name of the parameter
	 * @return its value, empty if it has none, or null if the query does not have it
	 * @throws UnreadableRequestException if the value is malformed
	 */
	@Nullable String query(String name);

	/**
	 * The first value of a field in the body, {@code application/x-www-form-urlencoded}
	 * or {@code multipart/form-data}. Asking reads the form, which handlers then find in
	 * their parameters and parts; other bodies are never read. On WebFlux, a form is read
	 * only if the key or an expression of a policy that applies to the request names
	 * {@code form} or {@code param}.
	 * @param name the name of the field
	 * @return its value, or null if the body does not have it
	 * @throws UnreadableRequestException if the body is a form but malformed, or
	 * multipart and larger than {@code ratelimit.web.max-body-size} or of unknown length
	 */
	@Nullable String form(String name);

	/**
	 * The value that form logins of Spring Security read: on Spring MVC what
	 * {@code HttpServletRequest.getParameter} returns, which is the query's value, else
	 * that of the form; on WebFlux the form's value, else that of the query.
	 * @param name the name of the parameter
	 * @return its value, or null if the request does not have it
	 * @throws UnreadableRequestException as {@link #query} and {@link #form} do
	 */
	@Nullable String param(String name);

	/**
	 * A value without regard to case and surrounding blanks, as most logins read names.
	 * @param value the value, or null
	 * @return the value in lower case, without white space and control characters at
	 * either end, or null if it is null
	 */
	default @Nullable String lower(@Nullable String value) {
		return (value != null) ? KeyText.lower(value) : null;
	}

}
