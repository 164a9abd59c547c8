package io.github.ratelimit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Permits that were charged before it is known what the call costs, and what corrects the
 * charge afterwards:
 *
 * <pre>
 * Reservation reservation = rateLimiter.reserve("tokens", user, 1000);
 * reservation.decision().orElseThrow();
 * try {
 *     Answer answer = model.ask(question);
 *     reservation.settle(answer.tokens());
 * }
 * finally {
 *     reservation.cancel();
 * }
 * </pre>
 *
 * A reservation is settled at most once; one that never is keeps what was charged. Safe
 * for use by several threads.
 *
 * @see RateLimitStore#settle what comes back, and when
 */
public final class Reservation {

	private final List<Charge> asked;

	private final Decision decision;

	private final RateLimitStore store;

	private final List<RateLimitListener> listeners;

	private final AtomicBoolean settled = new AtomicBoolean();

	/**
	 * Creates a reservation.
	 * @param asked what was to be charged: more than the decision says if a policy is off
	 * @param decision what became of it
	 * @param store where it is settled
	 * @param listeners who is told of that
	 */
	Reservation(List<Charge> asked, Decision decision, RateLimitStore store, List<RateLimitListener> listeners) {
		this.asked = List.copyOf(asked);
		this.decision = decision;
		this.store = store;
		this.listeners = listeners;
	}

	/**
	 * The decision on what was to be reserved.
	 * @return allowed if it was charged; of a rejected one there is nothing to settle
	 */
	public Decision decision() {
		return this.decision;
	}

	/**
	 * Corrects every charge to one cost.
	 * @param actual permits that the call really took, 0 or more; may be more than were
	 * reserved
	 * @return completes when it is corrected, with a {@link RateLimitStoreException} if
	 * it cannot be: whether it was is then unknown, and it cannot be settled again
	 * @throws IllegalStateException if the call was rejected, or the reservation has been
	 * settled or cancelled
	 */
	public CompletionStage<Void> settle(long actual) {
		return settle(at(actual));
	}

	/**
	 * Corrects some charges, each to its own cost.
	 * @param actual the policies and keys that were charged, in any order, with the costs
	 * that the call really had; those left out keep what was charged
	 * @return completes when it is corrected, with a {@link RateLimitStoreException} if
	 * it cannot be: whether it was is then unknown, and it cannot be settled again
	 * @throws IllegalStateException if the call was rejected, or the reservation has been
	 * settled or cancelled
	 * @throws IllegalArgumentException if a policy and key was not charged, or is given
	 * twice
	 */
	public CompletionStage<Void> settle(List<Charge> actual) {
		if (!this.decision.allowed()) {
			throw new IllegalStateException("The call was rejected: nothing was charged that could be settled");
		}
		List<Charge> corrected = corrected(actual);
		if (!this.settled.compareAndSet(false, true)) {
			throw new IllegalStateException("The reservation has been settled or cancelled already");
		}
		return settle(corrected, (listener) -> listener.onSettlement(this.decision, corrected));
	}

	/**
	 * Gives everything back, unless nothing was charged or the reservation has been
	 * settled: so it may stand where a call ends, however it ended.
	 * @return completes when it is given back, or at once if there is nothing to do; with
	 * a {@link RateLimitStoreException} if it cannot be
	 */
	public CompletionStage<Void> cancel() {
		if (!this.decision.allowed() || !this.settled.compareAndSet(false, true)) {
			return CompletableFuture.completedFuture(null);
		}
		return settle(at(0), (listener) -> listener.onCancellation(this.decision));
	}

	private CompletionStage<Void> settle(List<Charge> actual, Consumer<RateLimitListener> told) {
		return this.store.settle(this.decision, actual).thenRun(() -> this.listeners.forEach(told));
	}

	private List<Charge> at(long cost) {
		return this.decision.charges()
			.stream()
			.map((charge) -> this.decision.charged(charge) ? new Charge(charge.policy(), charge.key(), cost) : charge)
			.toList();
	}

	private List<Charge> corrected(List<Charge> actual) {
		DueCharges.checkCallers(actual);
		List<Charge> corrected = new ArrayList<>(this.decision.charges());
		for (Charge charge : DueCharges.inForce(actual)) {
			if (!correct(corrected, charge) && !wasAsked(charge)) {
				throw new IllegalArgumentException(
						"Policy '" + charge.policy().name() + "' was not charged for this key");
			}
		}
		return corrected;
	}

	/**
	 * What was asked and not charged is under a policy that an operator has switched off.
	 */
	private boolean wasAsked(Charge charge) {
		return this.asked.stream()
			.anyMatch((other) -> other.policy().name().equals(charge.policy().name())
					&& other.key().equals(charge.key()));
	}

	/**
	 * Corrects a charge if it was paid.
	 * @return false if it was not decided
	 */
	private boolean correct(List<Charge> charges, Charge actual) {
		for (int i = 0; i < charges.size(); i++) {
			Charge charge = charges.get(i);
			if (charge.policy().name().equals(actual.policy().name()) && charge.key().equals(actual.key())) {
				if (this.decision.charged(charge)) {
					charges.set(i, new Charge(charge.policy(), charge.key(), actual.cost()));
				}
				return true;
			}
		}
		return false;
	}

}
