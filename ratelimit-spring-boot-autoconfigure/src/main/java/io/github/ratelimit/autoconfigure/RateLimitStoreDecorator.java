package io.github.ratelimit.autoconfigure;

import java.util.function.UnaryOperator;

import io.github.ratelimit.RateLimitStore;

/**
 * Puts something between the rate limiter and its store. The store itself stays the bean
 * that it is. Several are applied in their order: the last one is asked first.
 */
@FunctionalInterface
interface RateLimitStoreDecorator extends UnaryOperator<RateLimitStore> {

}
