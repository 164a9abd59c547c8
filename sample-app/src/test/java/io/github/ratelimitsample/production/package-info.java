/**
 * Tests of the production picture: what {@code docker-compose.yml} names, without
 * containers, by programs that are installed.
 */
@NullMarked
package io.github.ratelimitsample.production;

import org.jspecify.annotations.NullMarked;
