/**
 * What limits requests on WebFlux, and how rejections become responses. Knows the core,
 * the web room and WebFlux.
 */
@NullMarked
package io.github.ratelimit.web.reactive;

import org.jspecify.annotations.NullMarked;
