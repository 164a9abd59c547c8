/**
 * The store in Redis, and its Lua. Knows the core, Spring Data Redis and Lettuce.
 */
@NullMarked
package io.github.ratelimit.redis;

import org.jspecify.annotations.NullMarked;
