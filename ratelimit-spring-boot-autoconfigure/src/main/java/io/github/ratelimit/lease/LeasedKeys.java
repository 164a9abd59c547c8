package io.github.ratelimit.lease;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;

/**
 * The keys that are busy, each until it has been quiet for a cell. Past a maximum, keys
 * that become busy have no lease.
 */
final class LeasedKeys {

	private static final int MAXIMUM = 10_000;

	private final Leasing leasing;

	private final Map<Caller, LeasedKey> keys = new ConcurrentHashMap<>();

	private final Demand demand = new Demand();

	private volatile boolean closed;

	LeasedKeys(Leasing leasing) {
		this.leasing = leasing;
	}

	/**
	 * Finds the key of a charge. One under a policy of the same name that is another, as
	 * when permits have been changed, is retired.
	 * @return null if it is not busy, or its policy has no lease
	 */
	@Nullable LeasedKey find(Charge charge) {
		if (charge.policy().lease() == 0) {
			return null;
		}
		LeasedKey key = this.keys.get(Caller.of(charge));
		if (key != null && !key.fits(charge.policy())) {
			forget(Caller.of(charge), key);
			return null;
		}
		return key;
	}

	/** Learns from the store's answer to a call that took nothing ahead. */
	void note(Charge charge, Decision decision) {
		Policy policy = charge.policy();
		Caller caller = Caller.of(charge);
		long span = Math.floorDiv(this.leasing.now(), TimeUnit.MILLISECONDS.toNanos(Cell.length(policy)));
		long demand = this.demand.seen(caller.hashCode(), span, charge.cost());
		long remaining = remaining(decision);
		LeasedKey key = this.keys.get(caller);
		if (key == null && this.leasing.size().ahead(policy.lease(), demand, remaining, charge.cost()) > 0) {
			key = add(caller, policy);
		}
		if (key != null) {
			key.note(demand, remaining);
		}
	}

	private @Nullable LeasedKey add(Caller caller, Policy policy) {
		if (this.closed || this.keys.size() >= MAXIMUM) {
			return null;
		}
		return this.keys.computeIfAbsent(caller, (absent) -> new LeasedKey(this, this.leasing, caller, policy));
	}

	void forget(Caller caller, LeasedKey key) {
		this.keys.remove(caller, key);
		key.retire();
	}

	/** Forgets a key of which the store will have forgotten everything too. */
	void reset(Policy policy, String key) {
		LeasedKey leased = this.keys.remove(new Caller(policy.name(), key));
		if (leased != null) {
			leased.reset();
		}
	}

	void open() {
		this.closed = false;
	}

	/** Completes when everything is given back, and takes nothing ahead any more. */
	CompletableFuture<Void> close() {
		this.closed = true;
		CompletableFuture<?>[] givingBack = this.keys.values()
			.stream()
			.map(LeasedKey::retire)
			.toArray(CompletableFuture<?>[]::new);
		this.keys.clear();
		return CompletableFuture.allOf(givingBack);
	}

	static long remaining(Decision decision) {
		long least = Limit.MAX_PERMITS;
		for (LimitState state : decision.states()) {
			least = Math.min(least, state.remaining());
		}
		return least;
	}

}
