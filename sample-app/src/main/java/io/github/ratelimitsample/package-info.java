/**
 * A shop, whose API needs a limit of every kind.
 */
@NullMarked
package io.github.ratelimitsample;

import org.jspecify.annotations.NullMarked;
