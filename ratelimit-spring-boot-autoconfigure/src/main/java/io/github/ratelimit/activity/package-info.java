/**
 * Which callers call most, and which are rejected most. Knows the core.
 */
@NullMarked
package io.github.ratelimit.activity;

import org.jspecify.annotations.NullMarked;
