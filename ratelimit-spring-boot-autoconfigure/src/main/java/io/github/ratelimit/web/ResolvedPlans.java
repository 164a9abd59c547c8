package io.github.ratelimit.web;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Asks a resolver for the plan of every request, and waits for its answer as long as for
 * a decision.
 */
public final class ResolvedPlans implements PlanNames {

	private final RateLimitPlanResolver resolver;

	private final long timeout;

	/**
	 * Creates plans.
	 * @param resolver knows them
	 * @param timeout how long a request waits for it
	 */
	public ResolvedPlans(RateLimitPlanResolver resolver, Duration timeout) {
		this.resolver = resolver;
		this.timeout = timeout.toNanos();
	}

	@Override
	public CompletableFuture<@Nullable String> of(String key, RateLimitRequest request) {
		PlanResult answer = new PlanResult(null, System.nanoTime()).ask(this.resolver, request);
		return answer.within(this.timeout, System.nanoTime());
	}

}
