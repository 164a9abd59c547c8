package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;

/**
 * A store that never decides, but forgets what it is told to.
 */
final class BrokenStore implements RateLimitStore {

	/** A store beside which this one is, with one instance. */
	static RateLimitStore beside(RateLimitStore local) {
		return new FallbackRateLimitStore(new BrokenStore(), (policy) -> OnFailure.LOCAL, local, () -> 1);
	}

	@Override
	public String name() {
		return "broken";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return CompletableFuture.failedFuture(RateLimitStoreException.unavailable("never there", null, Duration.ZERO));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		throw new AssertionError("What was charged elsewhere is settled here");
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return CompletableFuture.completedFuture(null);
	}

}
