/**
 * The endpoint and the health of the store. Knows the core and Actuator.
 */
@NullMarked
package io.github.ratelimit.actuate;

import org.jspecify.annotations.NullMarked;
