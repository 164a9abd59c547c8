package io.github.ratelimit;

import java.util.Locale;

/**
 * How spent permits come back.
 */
public enum Algorithm {

	/**
	 * In no interval of one window are more than the permits spent, wherever the interval
	 * starts. A window is divided into 64 cells, and a permit comes back when the whole
	 * cell it was spent in has left the window: at most 1/64 of the window later than a
	 * log of every call would give it.
	 */
	SLIDING_WINDOW,

	/**
	 * At most the burst at once, and the permits per window in the long run, coming back
	 * continuously.
	 */
	TOKEN_BUCKET,

	/**
	 * At most the permits in each window; a window starts with its first call. The
	 * cheapest, but around a boundary up to twice the permits may be spent in one window.
	 */
	FIXED_WINDOW;

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
