package io.github.ratelimit;

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

}
