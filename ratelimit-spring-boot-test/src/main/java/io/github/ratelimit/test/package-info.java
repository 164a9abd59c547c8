/**
 * What tests of applications with rate limits need: limits kept in memory, by a clock
 * that the test moves, and assertions.
 */
@NullMarked
package io.github.ratelimit.test;

import org.jspecify.annotations.NullMarked;
