/**
 * The wiring: properties, auto-configurations, failure analysis. May know every room.
 */
@NullMarked
package io.github.ratelimit.autoconfigure;

import org.jspecify.annotations.NullMarked;
