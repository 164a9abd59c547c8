package io.github.ratelimit.web;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Reservation;

/**
 * What is given back after the response: permits of the policies that do not count it.
 * They were reserved before, so that requests that come at the same time cannot slip
 * through together.
 */
public final class Settlement {

	private final RequestPolicies policies;

	private final Reservation reservation;

	private final AtomicBoolean done = new AtomicBoolean();

	/**
	 * Creates a settlement.
	 * @param policies say which responses count
	 * @param reservation what was charged
	 */
	public Settlement(RequestPolicies policies, Reservation reservation) {
		this.policies = policies;
		this.reservation = reservation;
	}

	/**
	 * Settles, the first time that this is called. Nobody waits for it: if the store
	 * fails, permits that should have been given back come back with their window.
	 * @param response the response; it counts if a condition over it fails
	 */
	public void settle(RateLimitResponse response) {
		if (this.reservation.decision().allowed() && this.done.compareAndSet(false, true)) {
			List<Charge> uncounted = this.policies.uncounted(this.reservation.decision().charges(), response);
			if (!uncounted.isEmpty()) {
				this.reservation.settle(uncounted);
			}
		}
	}

}
