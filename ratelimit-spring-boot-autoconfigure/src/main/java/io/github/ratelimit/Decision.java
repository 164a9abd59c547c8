package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one attempt to acquire permits.
 *
 * @param allowed true if every limit of the enforced policies had room and was charged,
 * false if none was
 * @param time when it was decided, in milliseconds of the store's clock
 * @param states one per limit, in the order of the charges and of their policies' limits,
 * with those of policies that only look on; empty if no policy is in force
 * @param source who has decided, and keeps what was charged
 */
public record Decision(boolean allowed, long time, List<LimitState> states, Source source) {

	public Decision {
		states = List.copyOf(states);
	}

	/**
	 * Creates a decision of the store.
	 * @param allowed true if every limit had room and was charged, false if none was
	 * @param time when it was decided, in milliseconds of the store's clock
	 * @param states one per limit, in the order of the charges and of their policies'
	 * limits
	 */
	public Decision(boolean allowed, long time, List<LimitState> states) {
		this(allowed, time, states, Source.STORE);
	}

	/**
	 * What the call was asked to pay.
	 * @return the charges, in the order in which they were given
	 */
	public List<Charge> charges() {
		return this.states.stream().map(LimitState::charge).distinct().toList();
	}

	/**
	 * Time until the same call would be allowed if nobody else called: waiting exactly
	 * that long succeeds, a millisecond less does not.
	 * @return zero if the call was allowed, or null if waiting never helps
	 */
	public @Nullable Duration retryAfter() {
		Duration longest = Duration.ZERO;
		for (LimitState state : this.states) {
			Duration retryAfter = enforced(state) ? state.retryAfter() : Duration.ZERO;
			if (retryAfter == null) {
				return null;
			}
			if (retryAfter.compareTo(longest) > 0) {
				longest = retryAfter;
			}
		}
		return longest;
	}

	/**
	 * The limits that had no room, of policies that are enforced.
	 * @return empty if the call was allowed
	 */
	public List<LimitState> exhausted() {
		List<LimitState> exhausted = new ArrayList<>(1);
		for (LimitState state : this.states) {
			if (enforced(state) && state.exhausted()) {
				exhausted.add(state);
			}
		}
		return Collections.unmodifiableList(exhausted);
	}

	/**
	 * What callers may know: the limits that can reject them.
	 * @return the decision without the limits of policies that only look on
	 */
	public Decision enforced() {
		for (LimitState state : this.states) {
			if (!enforced(state)) {
				return new Decision(this.allowed, this.time, this.states.stream().filter(Decision::enforced).toList(),
						this.source);
			}
		}
		return this;
	}

	/**
	 * Whether a charge was paid.
	 * @param charge one of the charges
	 * @return true if the call was allowed, and if, under a policy that only looks on, it
	 * would have been
	 */
	public boolean charged(Charge charge) {
		return this.allowed && (charge.policy().enforced()
				|| this.states.stream().noneMatch((state) -> state.exhausted() && state.charge().equals(charge)));
	}

	private static boolean enforced(LimitState state) {
		return state.charge().policy().enforced();
	}

	/**
	 * What became of a call of which a part was decided before.
	 * @param earlier the decision that had allowed it until then, or null if there is
	 * none
	 * @return allowed as this decision is, with the states of both, the earlier ones
	 * first
	 */
	public Decision after(@Nullable Decision earlier) {
		if (earlier == null) {
			return this;
		}
		return new Decision(this.allowed, this.time,
				Stream.concat(earlier.states.stream(), this.states.stream()).toList(), this.source);
	}

	/**
	 * Insists on an allowed call.
	 * @return this decision
	 * @throws RateLimitExceededException if the call was rejected
	 */
	public Decision orElseThrow() {
		if (!this.allowed) {
			throw new RateLimitExceededException(this);
		}
		return this;
	}

	/**
	 * Who has decided.
	 */
	public enum Source {

		/** The store. */
		STORE,

		/** This instance for itself, while the store could not. */
		LOCAL,

		/** Nobody: the call was allowed because the store could not decide. */
		NONE

	}

}
