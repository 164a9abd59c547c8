/**
 * Meters of decisions and of the store. Knows the core and Micrometer.
 */
@NullMarked
package io.github.ratelimit.metrics;

import org.jspecify.annotations.NullMarked;
