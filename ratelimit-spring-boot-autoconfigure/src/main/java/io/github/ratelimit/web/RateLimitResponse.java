package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

/**
 * What a policy may look at to decide whether a request counts.
 */
public interface RateLimitResponse {

	/**
	 * The status of the response.
	 * @return such as 200; 500 if the request ended with an exception that nobody
	 * answered
	 */
	int status();

	/**
	 * The first value of a header of the response.
	 * @param name the name of the header, in any case
	 * @return the value, or null if the response does not have it
	 */
	@Nullable String header(String name);

}
