package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;

/**
 * What a call is told until a time, because it would be rejected until then. Times are
 * nanoseconds of a monotonic clock.
 *
 * @param decision the rejection, as it was when it was learned
 * @param learned when that was
 * @param end when the call may be allowed, or be rejected by fewer limits
 */
record RememberedRejection(Decision decision, long learned, long end) {

	private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

	/**
	 * Begins to remember a rejection.
	 * @param rejection the rejection
	 * @param asked a time before the store decided
	 * @param learned a time after it
	 * @param longest how long it is remembered at most
	 */
	static RememberedRejection of(Decision rejection, long asked, long learned, Duration longest) {
		Duration shortest = longest;
		for (LimitState state : rejection.states()) {
			Duration retryAfter = state.retryAfter();
			if (retryAfter != null && !retryAfter.isZero()) {
				shortest = min(shortest, retryAfter.minusNanos(MILLISECOND));
			}
			if (state.banned()) {
				shortest = min(shortest, state.bannedFor().minusNanos(MILLISECOND));
			}
		}
		return new RememberedRejection(repeated(rejection), learned, asked + shortest.toNanos());
	}

	/** A ban is new only once. */
	private static Decision repeated(Decision rejection) {
		if (rejection.states().stream().noneMatch(LimitState::newlyBanned)) {
			return rejection;
		}
		List<LimitState> states = rejection.states()
			.stream()
			.map((state) -> state.newlyBanned() ? state.withBan(state.bannedFor(), false) : state)
			.toList();
		return new Decision(false, rejection.time(), states, rejection.source());
	}

	/**
	 * What the same call would be told if it came again at once.
	 * @param decision what it was told
	 * @return a rejection, or null if the call may be allowed, it is not known when, or
	 * the store has to count that it came
	 */
	static @Nullable Decision next(Decision decision) {
		Decision next = decision.allowed() ? afterAllowed(decision) : decision;
		return (next != null && next.states().stream().anyMatch(RememberedRejection::countsTowardsBan)) ? null : next;
	}

	private static @Nullable Decision afterAllowed(Decision decision) {
		boolean room = true;
		for (LimitState state : decision.states()) {
			long missing = state.exhausted() ? 0 : state.charge().cost() - state.remaining();
			if (missing > 1) {
				return null;
			}
			room = room && (missing < 1 || !state.charge().policy().enforced());
		}
		return room ? null : rejected(decision);
	}

	/** Where one permit is missing, there is room when the next one comes back. */
	private static Decision rejected(Decision allowed) {
		LimitState[] states = allowed.states().toArray(LimitState[]::new);
		for (int i = 0; i < states.length; i++) {
			LimitState state = states[i];
			if (!state.exhausted() && state.charge().cost() > state.remaining()) {
				states[i] = new LimitState(state.charge(), state.limit(), state.remaining(), state.replenishAfter(),
						state.replenishAfter(), state.resetAfter());
			}
		}
		return new Decision(false, allowed.time(), List.of(states));
	}

	private static boolean countsTowardsBan(LimitState state) {
		return state.charge().policy().bans() && state.exhausted() && !state.banned();
	}

	/**
	 * Whether it is nothing but a ban that rejects the call, so that no permits that come
	 * back would make a difference.
	 */
	boolean isBan() {
		return this.decision.exhausted().stream().allMatch((state) -> state.bannedFor().equals(state.retryAfter()));
	}

	/** Whether the call would be rejected still. */
	boolean holds(long now) {
		return now - this.end < 0;
	}

	/** What the call is told at a time: waiting for as long as that says succeeds. */
	Decision at(long now) {
		long elapsed = (now - this.learned) / MILLISECOND;
		if (elapsed <= 0) {
			return this.decision;
		}
		LimitState[] states = new LimitState[this.decision.states().size()];
		for (int i = 0; i < states.length; i++) {
			LimitState state = this.decision.states().get(i);
			Duration retryAfter = state.retryAfter();
			states[i] = new LimitState(state.charge(), state.limit(), state.remaining(),
					(retryAfter != null) ? left(retryAfter, elapsed) : null, left(state.replenishAfter(), elapsed),
					left(state.resetAfter(), elapsed), left(state.bannedFor(), elapsed), false);
		}
		return new Decision(false, this.decision.time() + elapsed, List.of(states));
	}

	private static Duration left(Duration time, long elapsed) {
		return time.isZero() ? time : Duration.ofMillis(Math.max(1, time.toMillis() - elapsed));
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

}
