package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

/**
 * Says who a request is counted for. A bean of this type is named in a policy's
 * {@code key} by its bean name.
 */
@FunctionalInterface
public interface RateLimitKeyResolver {

	/**
	 * Finds out who sent a request.
	 * @param request the request
	 * @return who is counted, or null or an empty string if that is not known, so that
	 * the next alternative is asked
	 */
	@Nullable String resolve(RateLimitRequest request);

}
