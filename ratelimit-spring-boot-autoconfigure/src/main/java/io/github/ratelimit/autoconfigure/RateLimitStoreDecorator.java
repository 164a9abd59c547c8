package io.github.ratelimit.autoconfigure;

import java.util.function.UnaryOperator;

import io.github.ratelimit.RateLimitStore;

/**
 * Puts something between the rate limiter and its store. The store itself stays the bean
 * that it is. The first in order stands next to it, the last meets callers.
 */
@FunctionalInterface
interface RateLimitStoreDecorator extends UnaryOperator<RateLimitStore> {

	/** The order of what times the store. */
	int METRICS = 0;

	/** The order of what spends leases instead of asking the store. */
	int LEASES = 100;

}
