package io.github.ratelimit.autoconfigure;

import java.util.function.UnaryOperator;

import io.github.ratelimit.RateLimitStore;

/**
 * Puts something between the rate limiter and its store. The store itself stays the bean
 * that it is. The first in order stands next to it, the last meets callers.
 */
@FunctionalInterface
interface RateLimitStoreDecorator extends UnaryOperator<RateLimitStore> {

	/** The order of what waits for the store no longer than is configured. */
	int DEADLINE = -100;

	/** The order of what times the store. */
	int METRICS = 0;

	/** The order of what does not ask a store that fails. */
	int CIRCUIT = 50;

	/** The order of what spends leases instead of asking the store. */
	int LEASES = 100;

	/** The order of what remembers rejections instead of asking the store. */
	int REJECTIONS = 200;

	/** The order of what decides where the store cannot. */
	int STAND_INS = 300;

	/** The order of what notes decisions where calls are observed. */
	int OBSERVATIONS = 400;

}
