/**
 * Principals as Spring Security authenticates them, and what their tokens claim. Knows
 * the core, the web room and Spring Security, but no web stack.
 */
@NullMarked
package io.github.ratelimit.web.security;

import org.jspecify.annotations.NullMarked;
