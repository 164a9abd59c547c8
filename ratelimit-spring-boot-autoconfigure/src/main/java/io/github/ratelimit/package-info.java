/**
 * The core: policies, limits, charges and decisions, and what a store must do. Knows the
 * JDK and JSpecify, nothing else.
 */
@NullMarked
package io.github.ratelimit;

import org.jspecify.annotations.NullMarked;
