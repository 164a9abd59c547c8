package io.github.ratelimit.web;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Says which plan a request has, as a database or another service knows it. A bean of
 * this type is named in a policy's {@code plan} by its bean name.
 * <p>
 * An answer is kept for a while, for all requests with the same principal that the policy
 * counts under the same key. What else it depends on belongs into the key.
 */
@FunctionalInterface
public interface RateLimitPlanResolver {

	/**
	 * Finds out the plan of who sent a request. On WebFlux this must not block.
	 * @param request the request; not to be kept until the answer is known
	 * @return completes with the name of a plan, or with null if there is none. Until
	 * then requests wait, but not for long: if the answer is late or a failure, the plan
	 * that was known before holds, else the default
	 */
	CompletionStage<@Nullable String> resolve(RateLimitRequest request);

}
