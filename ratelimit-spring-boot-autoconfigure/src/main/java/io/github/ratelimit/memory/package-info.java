/**
 * The store of one JVM. Knows the core and Caffeine.
 */
@NullMarked
package io.github.ratelimit.memory;

import org.jspecify.annotations.NullMarked;
