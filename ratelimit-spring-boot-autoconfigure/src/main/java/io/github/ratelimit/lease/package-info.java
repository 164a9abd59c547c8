/**
 * What an instance takes ahead of the store for busy keys. Knows the core.
 */
@NullMarked
package io.github.ratelimit.lease;

import org.jspecify.annotations.NullMarked;
