package io.github.ratelimit.redis;

import java.util.List;

import io.lettuce.core.cluster.SlotHash;

import io.github.ratelimit.Charge;

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
	static int of(List<Charge> charges) {
		return SlotHash.getSlot("{" + charges.get(0).key() + "}");
	}

}
