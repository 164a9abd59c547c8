/**
 * Limits on calls that an application makes to others. Knows the core, Spring's HTTP
 * clients and Reactor.
 */
@NullMarked
package io.github.ratelimit.client;

import org.jspecify.annotations.NullMarked;
