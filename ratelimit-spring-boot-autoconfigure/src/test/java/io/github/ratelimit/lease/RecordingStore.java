package io.github.ratelimit.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Writes down what another store is asked for, and keeps its answers back while a test
 * wants that.
 */
final class RecordingStore implements RateLimitStore {

	private final RateLimitStore store;

	private final List<Long> asked = new ArrayList<>();

	private final List<Long> givenBack = new ArrayList<>();

	private CompletableFuture<Void> answering = CompletableFuture.completedFuture(null);

	RecordingStore(RateLimitStore store) {
		this.store = store;
	}

	/** The costs that were asked for, since the last time. */
	List<Long> asked() {
		List<Long> since = List.copyOf(this.asked);
		this.asked.clear();
		return since;
	}

	/** The permits that were given back, since the last time. */
	List<Long> givenBack() {
		List<Long> since = List.copyOf(this.givenBack);
		this.givenBack.clear();
		return since;
	}

	/** Keeps answers back until what is returned is completed, or failed. */
	CompletableFuture<Void> hold() {
		this.answering = new CompletableFuture<>();
		return this.answering;
	}

	@Override
	public String name() {
		return "recording";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		charges.forEach((charge) -> this.asked.add(charge.cost()));
		CompletionStage<Decision> decision = this.store.acquire(charges);
		return this.answering.thenCompose((answering) -> decision);
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		this.givenBack.add(decision.charges().get(0).cost() - actual.get(0).cost());
		return this.store.settle(decision, actual);
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return this.store.reset(policy, key);
	}

}
