package io.github.ratelimit.autoconfigure;

import java.util.function.UnaryOperator;

import io.github.ratelimit.RateLimitStore;

/**
 * Puts something between the rate limiter and its store. The store itself stays the bean
 * that it is.
 */
@FunctionalInterface
interface RateLimitStoreDecorator extends UnaryOperator<RateLimitStore> {

}
