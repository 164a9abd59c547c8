package io.github.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Keeps what has been spent, and decides atomically. Implementations are safe for use by
 * several threads.
 */
public interface RateLimitStore {

	/**
	 * The kind of store, as metrics and health show it.
	 * @return a short lower-case word such as {@code redis}
	 */
	String name();

	/**
	 * Charges every limit of every charge, or none if one has no room. Policies that are
	 * not enforced only look on: each is charged if the call is allowed and all its own
	 * limits have room, and keeps no call from being allowed. Rejects also whom a policy
	 * {@linkplain Ban bans}, whatever room there is.
	 * @param charges at least one, no two with the same policy and key
	 * @return the decision, with one state per limit in the order given; completed with a
	 * {@link RateLimitStoreException} if the store cannot decide
	 */
	CompletionStage<Decision> acquire(List<Charge> charges);

	/**
	 * Charges as {@link #acquire} does, for a call whose cost is known only when it is
	 * over: then {@link #settle} may give permits back, here or on another instance, so
	 * that there is room again sooner than a decision says.
	 * @param charges at least one, no two with the same policy and key
	 * @return the decision, with one state per limit in the order given; completed with a
	 * {@link RateLimitStoreException} if the store cannot decide
	 */
	default CompletionStage<Decision> reserve(List<Charge> charges) {
		return acquire(charges);
	}

	/**
	 * Corrects what an allowed decision charged, once it is known what the call really
	 * cost. A lower cost gives permits back, as far as they have not come back by
	 * themselves: never more than the decision charged, and never so that more could be
	 * spent than if the right cost had been charged at once. A token bucket does not know
	 * whose permits have come back, so there it counts as come back what could have been.
	 * A higher cost takes more at the time of the settlement, whether or not there is
	 * room. A settlement that comes too late to give back changes nothing. Of the
	 * decision, only its time and its charges matter.
	 * @param decision an allowed decision of this store, which is settled at most once
	 * @param actual the charges of the decision, in its order, with the costs that the
	 * call really had; those that it did not {@linkplain Decision#charged pay} as they
	 * are
	 * @return completes when it is corrected, with a {@link RateLimitStoreException} if
	 * it cannot be
	 */
	CompletionStage<Void> settle(Decision decision, List<Charge> actual);

	/**
	 * Forgets what a caller has spent under a policy, and lifts its ban.
	 * @param policy the policy
	 * @param key who is counted
	 * @return completes when it is forgotten, with a {@link RateLimitStoreException} if
	 * it cannot be
	 */
	CompletionStage<Void> reset(Policy policy, String key);

	/**
	 * Asks for a decision that charges nothing, to see whether the store answers.
	 * @return an allowed decision; completed with a {@link RateLimitStoreException} if
	 * the store cannot decide
	 */
	default CompletionStage<Decision> probe() {
		Policy policy = new Policy("probe", Algorithm.FIXED_WINDOW, new Limit(1, Duration.ofSeconds(1)));
		return acquire(List.of(new Charge(policy, "probe", 0)));
	}

}
