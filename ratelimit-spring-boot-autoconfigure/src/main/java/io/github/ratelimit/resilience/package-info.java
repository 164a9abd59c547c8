/**
 * What stands between callers and a store that is elsewhere: a trip takes time, and may
 * fail. Knows the core and Caffeine.
 */
@NullMarked
package io.github.ratelimit.resilience;

import org.jspecify.annotations.NullMarked;
