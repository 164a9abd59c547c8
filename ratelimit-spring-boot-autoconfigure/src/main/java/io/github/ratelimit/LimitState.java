package io.github.ratelimit;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How one limit of one charge stands after a decision.
 *
 * @param charge the charge that asked
 * @param limit the limit, one of the charge's policy
 * @param remaining permits that are left; what this decision took is gone already
 * @param retryAfter time until this limit has room for the same charge if nobody else
 * calls: zero if it had room now, null if waiting never helps
 * @param replenishAfter time until more permits come back, zero if none are missing
 * @param resetAfter time until all permits are back, zero if none are missing
 */
public record LimitState(Charge charge, Limit limit, long remaining, @Nullable Duration retryAfter,
		Duration replenishAfter, Duration resetAfter) {

	/**
	 * Whether this limit had no room for the charge.
	 * @return true if this limit alone would have rejected the call
	 */
	public boolean exhausted() {
		return this.retryAfter == null || !this.retryAfter.isZero();
	}

}
