package io.github.ratelimit;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How one limit of one charge stands after a decision.
 *
 * @param charge the charge that asked
 * @param limit the limit, one of the charge's policy
 * @param remaining permits that are left, none while the caller is banned; what this
 * decision took is gone already
 * @param retryAfter time until this limit has room for the same charge if nobody else
 * calls, and the caller is not banned: zero if that is so now, null if waiting never
 * helps
 * @param replenishAfter time until more permits come back, zero if none are missing
 * @param resetAfter time until all permits are back, zero if none are missing
 * @param bannedFor time until the caller is not banned any more under the policy, zero if
 * it is not
 * @param newlyBanned whether it was this very call that led to the ban
 */
public record LimitState(Charge charge, Limit limit, long remaining, @Nullable Duration retryAfter,
		Duration replenishAfter, Duration resetAfter, Duration bannedFor, boolean newlyBanned) {

	/**
	 * Creates a state of a caller that is not banned.
	 * @param charge the charge that asked
	 * @param limit the limit, one of the charge's policy
	 * @param remaining permits that are left
	 * @param retryAfter time until this limit has room for the same charge, or null
	 * @param replenishAfter time until more permits come back
	 * @param resetAfter time until all permits are back
	 */
	public LimitState(Charge charge, Limit limit, long remaining, @Nullable Duration retryAfter,
			Duration replenishAfter, Duration resetAfter) {
		this(charge, limit, remaining, retryAfter, replenishAfter, resetAfter, Duration.ZERO, false);
	}

	/**
	 * The same state under a ban. What costs nothing has room all the same.
	 * @param left time until the ban ends, zero if there is none
	 * @param newly whether it was this very call that led to the ban
	 * @return the state, without permits, and with room at the end of the ban at the
	 * earliest
	 */
	public LimitState withBan(Duration left, boolean newly) {
		if (left.isZero()) {
			return this;
		}
		boolean sooner = this.retryAfter != null && this.charge.cost() > 0 && this.retryAfter.compareTo(left) < 0;
		return new LimitState(this.charge, this.limit, 0, sooner ? left : this.retryAfter, this.replenishAfter,
				this.resetAfter, left, newly);
	}

	/**
	 * Whether the caller is banned under the policy.
	 * @return true if its calls are rejected until the ban ends, but those that cost
	 * nothing
	 */
	public boolean banned() {
		return !this.bannedFor.isZero();
	}

	/**
	 * Whether this limit had no room for the charge, or its caller is banned.
	 * @return true if this limit alone would have rejected the call
	 */
	public boolean exhausted() {
		return this.retryAfter == null || !this.retryAfter.isZero();
	}

}
