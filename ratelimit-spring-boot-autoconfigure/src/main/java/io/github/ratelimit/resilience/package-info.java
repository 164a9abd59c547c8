/**
 * What stands between callers and a store that fails. Knows the core.
 */
@NullMarked
package io.github.ratelimit.resilience;

import org.jspecify.annotations.NullMarked;
