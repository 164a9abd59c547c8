package io.github.ratelimit.web;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Says which plan a request has.
 */
@FunctionalInterface
public interface PlanNames {

	/**
	 * Finds out a plan.
	 * @param key who is counted
	 * @param request the request
	 * @return the name of a plan, or null if nothing is known; never completed with a
	 * failure
	 */
	CompletableFuture<@Nullable String> of(String key, RateLimitRequest request);

}
