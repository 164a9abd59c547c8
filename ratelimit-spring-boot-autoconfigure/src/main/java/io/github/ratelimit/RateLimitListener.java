package io.github.ratelimit;

import java.util.List;

/**
 * Told of every decision, on the thread that completed it: implementations return at
 * once, and what they throw is thrown to the caller, who has been charged.
 */
@FunctionalInterface
public interface RateLimitListener {

	/**
	 * Called once per decision, allowed or rejected.
	 * @param decision the decision
	 */
	void onDecision(Decision decision);

	/**
	 * Called for each policy that applies to a call which is exempt from it.
	 * @param policy the policy, which is charged nothing
	 */
	default void onExemption(Policy policy) {
	}

	/**
	 * Called once per reservation that is settled, when the store has corrected it.
	 * @param decision the decision on what was reserved
	 * @param actual its charges, in their order, with the costs that the call really had
	 */
	default void onSettlement(Decision decision, List<Charge> actual) {
	}

	/**
	 * Called once per reservation that is cancelled, when the store has given it back.
	 * @param decision the decision on what was reserved
	 */
	default void onCancellation(Decision decision) {
	}

}
