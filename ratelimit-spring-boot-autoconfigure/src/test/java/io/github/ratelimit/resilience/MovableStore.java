package io.github.ratelimit.resilience;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

/**
 * A store that goes by a clock of nanoseconds, counts what it is asked, and answers when
 * a test says so.
 */
final class MovableStore implements RateLimitStore {

	long nanos = 1_700_000_000_000_000_000L;

	int asked;

	/** What a trip takes, there and back. */
	long tripNanos;

	/** Answers are given when this is complete; what they say is decided before. */
	CompletableFuture<Void> release = CompletableFuture.completedFuture(null);

	private final RateLimitStore store = new MemoryRateLimitStore(100_000, () -> this.nanos / 1_000_000);

	@Override
	public String name() {
		return "movable";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		this.asked++;
		this.nanos += this.tripNanos;
		CompletionStage<Decision> answer = this.store.acquire(charges);
		this.nanos += this.tripNanos;
		return this.release.thenCompose((released) -> answer);
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return this.store.settle(decision, actual);
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return this.release.thenCompose((released) -> this.store.reset(policy, key));
	}

}
