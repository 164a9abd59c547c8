/**
 * What every benchmark needs: a Redis of its own, options, figures, and a page for them.
 */
@NullMarked
package io.github.ratelimitbenchmarks;

import org.jspecify.annotations.NullMarked;
