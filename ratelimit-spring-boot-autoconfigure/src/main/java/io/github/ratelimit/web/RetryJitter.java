package io.github.ratelimit.web;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

import io.github.ratelimit.Decision;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.LimitState;

/**
 * The random time that rejected callers are told to wait longer than they have to, so
 * that they do not all return at once. It is drawn per decision, and is the same however
 * often that decision is told: the generator is seeded with the decision, and with a
 * number that callers do not know.
 */
public final class RetryJitter {

	private static final Duration LONGEST = Duration.ofHours(1);

	private final Duration longest;

	private final long seed;

	/**
	 * Creates jitter.
	 * @param longest what is drawn from zero to this, uniformly in milliseconds; zero
	 * tells callers the exact time
	 * @throws InvalidPolicyException if it is negative or above an hour
	 */
	public RetryJitter(Duration longest) {
		this(longest, ThreadLocalRandom.current().nextLong());
	}

	RetryJitter(Duration longest, long seed) {
		if (longest.isNegative() || longest.compareTo(LONGEST) > 0) {
			throw new InvalidPolicyException("retry-jitter", longest.toString(), "a time from 0 to 1h");
		}
		this.longest = longest;
		this.seed = seed;
	}

	/**
	 * A rejection as its caller is told of it.
	 * @return the decision, with the same time added to whatever the exhausted limits say
	 */
	Decision delay(Decision decision) {
		if (decision.allowed() || this.longest.isZero()) {
			return decision;
		}
		long millis = new SplittableRandom(this.seed ^ decision.hashCode()).nextLong(this.longest.toMillis() + 1);
		List<LimitState> states = decision.states()
			.stream()
			.map((state) -> delay(state, Duration.ofMillis(millis)))
			.toList();
		return new Decision(false, decision.time(), states, decision.source());
	}

	private static LimitState delay(LimitState state, Duration jitter) {
		Duration retryAfter = state.retryAfter();
		return (!state.exhausted() || retryAfter == null) ? state
				: new LimitState(state.charge(), state.limit(), state.remaining(), retryAfter.plus(jitter),
						state.replenishAfter().plus(jitter), state.resetAfter().plus(jitter), state.bannedFor(),
						state.newlyBanned());
	}

}
