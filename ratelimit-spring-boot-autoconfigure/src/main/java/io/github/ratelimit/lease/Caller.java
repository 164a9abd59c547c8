package io.github.ratelimit.lease;

import io.github.ratelimit.Charge;

/**
 * A key under a policy.
 */
record Caller(String policy, String key) {

	static Caller of(Charge charge) {
		return new Caller(charge.policy().name(), charge.key());
	}

}
