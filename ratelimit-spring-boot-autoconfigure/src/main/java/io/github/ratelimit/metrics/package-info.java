/**
 * Meters of decisions and of the store, and decisions in traces. Knows the core and
 * Micrometer.
 */
@NullMarked
package io.github.ratelimit.metrics;

import org.jspecify.annotations.NullMarked;
