package io.github.ratelimit.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Calls that are charged in the store, what they cost and nothing ahead. None of them is
 * rejected for what lies here: that is given back, and the store asked again.
 */
final class UnleasedCalls {

	private final RateLimitStore store;

	private final LeasedKeys keys;

	UnleasedCalls(RateLimitStore store, LeasedKeys keys) {
		this.store = store;
		this.keys = keys;
	}

	CompletionStage<Decision> acquire(List<Charge> charges) {
		if (!leased(charges)) {
			return this.store.acquire(charges);
		}
		List<CompletableFuture<?>> givingBack = givingBack(charges);
		return this.store.acquire(charges).thenCompose((decision) -> {
			if (!decision.allowed() && mayFit(decision)) {
				giveBack(decision, givingBack);
				if (!givingBack.isEmpty()) {
					return CompletableFuture.allOf(givingBack.toArray(CompletableFuture<?>[]::new))
						.handle((given, failure) -> charges)
						.thenCompose(this.store::acquire);
				}
			}
			return CompletableFuture.completedFuture(decision);
		}).thenApply((decision) -> learn(charges, decision));
	}

	/**
	 * Whether only policies with a lease reject the call. Else it would be rejected once
	 * more, and that might count towards a ban.
	 */
	private static boolean mayFit(Decision rejection) {
		for (LimitState state : rejection.states()) {
			Policy policy = state.charge().policy();
			if (state.exhausted() && policy.enforced() && policy.lease() == 0) {
				return false;
			}
		}
		return true;
	}

	private static boolean leased(List<Charge> charges) {
		for (Charge charge : charges) {
			if (charge.policy().lease() > 0) {
				return true;
			}
		}
		return false;
	}

	/** What is on its way back, and may be missed in the store until it arrives. */
	private List<CompletableFuture<?>> givingBack(List<Charge> charges) {
		List<CompletableFuture<?>> givingBack = new ArrayList<>(1);
		for (Charge charge : charges) {
			LeasedKey key = this.keys.find(charge);
			CompletableFuture<?> back = (key != null) ? key.givingBack() : null;
			if (back != null && !back.isDone()) {
				givingBack.add(back);
			}
		}
		return givingBack;
	}

	private void giveBack(Decision decision, List<CompletableFuture<?>> givingBack) {
		for (LimitState state : decision.states()) {
			LeasedKey key = state.exhausted() ? this.keys.find(state.charge()) : null;
			if (key != null && key.held() > 0) {
				givingBack.add(key.giveBack());
			}
		}
	}

	private Decision learn(List<Charge> charges, Decision decision) {
		if (charges.size() == 1 && charges.get(0).cost() > 0) {
			this.keys.note(charges.get(0), decision);
		}
		List<LimitState> states = new ArrayList<>(decision.states().size());
		boolean held = false;
		for (LimitState state : decision.states()) {
			LeasedKey key = this.keys.find(state.charge());
			long here = (key != null) ? key.held() : 0;
			held = held || here > 0;
			states.add((here > 0) ? withMore(state, here) : state);
		}
		return held ? new Decision(decision.allowed(), decision.time(), states) : decision;
	}

	private static LimitState withMore(LimitState state, long held) {
		return new LimitState(state.charge(), state.limit(),
				Math.min(state.limit().permits(), state.remaining() + held), state.retryAfter(), state.replenishAfter(),
				state.resetAfter(), state.bannedFor(), state.newlyBanned());
	}

}
