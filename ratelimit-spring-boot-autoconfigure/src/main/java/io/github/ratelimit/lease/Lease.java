package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;

/**
 * Permits that were charged to a key in one cell, and may be spent here until it ends.
 * When that is, is known without looking at the store's clock: the store decided after it
 * was asked, so no less of the cell had passed then than its answer says. A millisecond
 * is left because the answer says whole ones, and a thousandth for clocks that do not run
 * alike.
 */
final class Lease {

	private static final long CLOSED = -1;

	private static final long NANOS = 1_000_000;

	private static final long NANOS_OF_CLOCKS_APART = 999_000;

	private final Decision decision;

	private final Policy policy;

	private final Cell cell;

	private final long asked;

	private final long expires;

	private final long charged;

	private final long first;

	private final AtomicLong left;

	/**
	 * Creates a lease.
	 * @param decision the store's, on what is leased now
	 * @param asked the nano time before the store was asked
	 * @param charged permits charged in the cell, before and now
	 * @param left those that may still be spent
	 */
	Lease(Decision decision, long asked, long charged, long left) {
		this.decision = decision;
		this.policy = decision.states().get(0).charge().policy();
		this.cell = Cell.of(this.policy, decision.time());
		this.asked = asked;
		this.expires = asked + (this.cell.end() - decision.time() - 1) * NANOS_OF_CLOCKS_APART;
		this.charged = charged;
		this.first = left;
		this.left = new AtomicLong(left);
	}

	Cell cell() {
		return this.cell;
	}

	/** The nano time from which nothing may be spent. */
	long expires() {
		return this.expires;
	}

	boolean expired(long now) {
		return now - this.expires >= 0;
	}

	/** Permits charged in the cell, whether or not they have been spent. */
	long charged() {
		return this.charged;
	}

	/** Permits that might be spent at first. */
	long first() {
		return this.first;
	}

	/** Permits that may be spent. */
	long left(long now) {
		return expired(now) ? 0 : Math.max(0, this.left.get());
	}

	/** Permits that have been spent in the cell, as long as more may be. */
	long spent(long now) {
		long left = this.left.get();
		return (expired(now) || left == CLOSED) ? 0 : this.charged - left;
	}

	/**
	 * Spends what a call costs.
	 * @return the decision, or null if there is too little or the cell may have ended
	 */
	@Nullable Decision spend(Charge charge, long now) {
		if (expired(now)) {
			return null;
		}
		long left = this.left.get();
		while (left >= charge.cost()) {
			if (this.left.compareAndSet(left, left - charge.cost())) {
				return decision(charge, left - charge.cost(), now);
			}
			left = this.left.get();
		}
		return null;
	}

	/**
	 * Takes back what a call of this cell did not cost.
	 * @param time the time of that call's decision
	 * @return whether it was, and does not make the lease larger than the policy allows
	 */
	boolean takeBack(long permits, long time, long now) {
		if (expired(now) || !this.cell.contains(time)) {
			return false;
		}
		long left = this.left.get();
		while (left != CLOSED && left + permits <= Math.min(this.policy.lease(), this.charged)) {
			if (this.left.compareAndSet(left, left + permits)) {
				return true;
			}
			left = this.left.get();
		}
		return false;
	}

	/**
	 * Ends the lease.
	 * @return what is left of it for the caller alone to give back, or -1 if it had ended
	 */
	long close() {
		return this.left.getAndSet(CLOSED);
	}

	/**
	 * The answer to a call whose cost has been spent.
	 * @param left what is left for calls after it
	 */
	Decision decision(Charge charge, long left, long now) {
		long elapsed = Math.max(0, (now - this.asked) / NANOS);
		long time = Math.min(this.decision.time() + elapsed, this.cell.end() - 1);
		List<LimitState> states = this.decision.states();
		if (states.size() == 1) {
			return new Decision(true, time, List.of(state(states.get(0), charge, left, elapsed)));
		}
		LimitState[] spent = new LimitState[states.size()];
		for (int i = 0; i < spent.length; i++) {
			spent[i] = state(states.get(i), charge, left, elapsed);
		}
		return new Decision(true, time, List.of(spent));
	}

	/** The answer to a call that was charged by the same trip as the lease. */
	Decision firstDecision(Charge charge, long left) {
		return decision(charge, left, this.asked);
	}

	private static LimitState state(LimitState state, Charge charge, long left, long elapsed) {
		return new LimitState(charge, state.limit(), Math.min(state.limit().permits(), state.remaining() + left),
				Duration.ZERO, rest(state.replenishAfter(), elapsed), rest(state.resetAfter(), elapsed));
	}

	/** Never becomes zero, which would say that everything is back. */
	private static Duration rest(Duration time, long elapsed) {
		return (elapsed == 0 || time.isZero()) ? time : Duration.ofMillis(Math.max(1, time.toMillis() - elapsed));
	}

}
