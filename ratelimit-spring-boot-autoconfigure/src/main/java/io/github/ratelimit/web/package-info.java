/**
 * What both web stacks share: a view of the request, keys, matching, headers, problem
 * details. Knows the core, spring-web and SpEL, but neither Servlet nor WebFlux.
 */
@NullMarked
package io.github.ratelimit.web;

import org.jspecify.annotations.NullMarked;
