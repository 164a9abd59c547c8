/**
 * {@code @RateLimit}, and what interprets it on beans. Knows the core, Spring's core,
 * context, AOP and expressions, and Reactor where it is present, but nothing of the web.
 */
@NullMarked
package io.github.ratelimit.annotation;

import org.jspecify.annotations.NullMarked;
