package io.github.ratelimit.resilience;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Asks another store while its circuit is closed.
 */
public final class CircuitRateLimitStore implements RateLimitStore {

	private final RateLimitStore store;

	private final Circuit circuit;

	/**
	 * Creates a store.
	 * @param store the store that decides
	 * @param circuit the circuit, which learns from every call
	 */
	public CircuitRateLimitStore(RateLimitStore store, Circuit circuit) {
		this.store = store;
		this.circuit = circuit;
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return this.circuit.call(() -> this.store.acquire(charges));
	}

	@Override
	public CompletionStage<Decision> reserve(List<Charge> charges) {
		return this.circuit.call(() -> this.store.reserve(charges));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return this.circuit.call(() -> this.store.settle(decision, actual));
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return this.circuit.call(() -> this.store.reset(policy, key));
	}

	@Override
	public CompletionStage<Decision> probe() {
		return this.circuit.call(this.store::probe);
	}

}
