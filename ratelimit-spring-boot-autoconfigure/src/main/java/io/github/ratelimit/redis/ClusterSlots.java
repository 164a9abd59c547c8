package io.github.ratelimit.redis;

import io.lettuce.core.cluster.SlotHash;

/**
 * Where in a cluster calls go.
 */
final class ClusterSlots {

	private ClusterSlots() {
	}

	/**
	 * The slot of a call.
	 * @return the slot of its first charge: those of other callers cannot be charged with
	 * it
	 */
	static int of(PendingCall call) {
		return SlotHash.getSlot("{" + call.charges().get(0).key() + "}");
	}

}
