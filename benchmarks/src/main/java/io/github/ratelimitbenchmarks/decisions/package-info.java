/**
 * What a decision costs, beside other limiters on the same Redis and in the same JVM.
 */
@NullMarked
package io.github.ratelimitbenchmarks.decisions;

import org.jspecify.annotations.NullMarked;
