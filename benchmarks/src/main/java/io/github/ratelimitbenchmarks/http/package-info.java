/**
 * What limits cost an application, as its callers over HTTP see it.
 */
@NullMarked
package io.github.ratelimitbenchmarks.http;

import org.jspecify.annotations.NullMarked;
