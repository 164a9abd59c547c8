package io.github.ratelimit;

/**
 * What a call must pay: one policy, one key, one cost.
 *
 * @param policy the policy that is charged
 * @param key who is counted, within the policy; not empty
 * @param cost permits to take from every limit of the policy, 0 or more; 0 asks without
 * charging. A cost that is larger than a limit can ever hold is rejected.
 */
public record Charge(Policy policy, String key, long cost) {

	/** The key under which everyone is counted together. */
	public static final String EVERYONE = "all:*";

	public Charge {
		if (key.isEmpty()) {
			throw new IllegalArgumentException("The key for policy '" + policy.name() + "' is empty");
		}
		if (cost < 0 || cost > Limit.MAX_PERMITS) {
			throw new IllegalArgumentException(
					"The cost '" + cost + "' is not a number from 0 to " + Limit.MAX_PERMITS);
		}
	}

	/** Policies of one name are hardly ever different ones, and are compared anyway. */
	@Override
	public int hashCode() {
		return 31 * (31 * this.policy.name().hashCode() + this.key.hashCode()) + Long.hashCode(this.cost);
	}

	/**
	 * Creates a charge at the policy's own cost.
	 * @param policy the policy that is charged
	 * @param key who is counted, within the policy
	 */
	public Charge(Policy policy, String key) {
		this(policy, key, policy.cost());
	}

}
