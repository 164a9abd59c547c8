package io.github.ratelimit.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Decides at once, but answers only when it is told to.
 */
final class SlowStore implements RateLimitStore {

	private final CompletableFuture<Void> answer = new CompletableFuture<>();

	private final RateLimitStore store;

	SlowStore(RateLimitStore store) {
		this.store = store;
	}

	void answer() {
		this.answer.complete(null);
	}

	void fail(Throwable failure) {
		this.answer.completeExceptionally(failure);
	}

	@Override
	public String name() {
		return "slow";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return this.answer.thenCombine(this.store.acquire(charges), (nothing, decision) -> decision);
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return this.store.settle(decision, actual);
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return this.store.reset(policy, key);
	}

}
