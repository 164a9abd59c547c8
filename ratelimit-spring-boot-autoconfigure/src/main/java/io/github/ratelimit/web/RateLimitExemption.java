package io.github.ratelimit.web;

/**
 * Says which requests no policy counts. Every bean of this type is asked, once for each
 * request to which a policy applies.
 */
@FunctionalInterface
public interface RateLimitExemption {

	/**
	 * Whether a request is exempt from all policies.
	 * @param request the request
	 * @return true if nothing is to be charged for it
	 */
	boolean exempts(RateLimitRequest request);

}
