package io.github.ratelimit.web;

import java.util.concurrent.CompletableFuture;

import io.github.ratelimit.Policy;

/**
 * Says what a policy is for a request, where that is not always the same.
 */
@FunctionalInterface
public interface PolicyChoice {

	/**
	 * Chooses a policy.
	 * @param key who is counted
	 * @param request the request
	 * @return one of several of the same name; completed at once unless somebody else has
	 * to be asked, and always within the time in which a decision has to be
	 */
	CompletableFuture<Policy> choose(String key, RateLimitRequest request);

}
