/**
 * What lets the sample run on a machine that has nothing but a JDK. An application of
 * your own does not need it.
 */
@NullMarked
package io.github.ratelimitsample.development;

import org.jspecify.annotations.NullMarked;
