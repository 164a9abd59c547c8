package io.github.ratelimit.resilience;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

import static java.time.Duration.ZERO;

/**
 * Keeps nothing and allows everything: every limit is as if nobody had ever called.
 */
public final class AllowingRateLimitStore implements RateLimitStore {

	@Override
	public String name() {
		return "none";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		List<LimitState> states = new ArrayList<>();
		for (Charge charge : charges) {
			for (Limit limit : charge.policy().limits()) {
				states.add(new LimitState(charge, limit, limit.burst(), ZERO, ZERO, ZERO));
			}
		}
		return CompletableFuture.completedFuture(new Decision(true, 0, states, Decision.Source.NONE));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return CompletableFuture.completedFuture(null);
	}

}
