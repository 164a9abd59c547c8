package io.github.ratelimit;

import java.time.Duration;
import java.util.List;

/**
 * Permits that a caller may spend per window.
 *
 * @param permits how many permits come back per window, from 1 to {@value #MAX_PERMITS}
 * @param window the time in which they come back, in whole milliseconds, from 1 ms to
 * {@link #MAX_WINDOW}
 * @param burst how many permits can be spent at once, from 1 to {@value #MAX_PERMITS};
 * equal to {@code permits} for all algorithms but {@link Algorithm#TOKEN_BUCKET}
 */
public record Limit(long permits, Duration window, long burst) {

	/** The largest number of permits: 2^53 - 1, the last whole number of a double. */
	public static final long MAX_PERMITS = (1L << 53) - 1;

	/** The longest window: 36500 days. */
	public static final Duration MAX_WINDOW = Duration.ofDays(36_500);

	/**
	 * Creates a limit.
	 * @throws InvalidPolicyException if a number is out of its range
	 */
	public Limit {
		check("permits", permits);
		check("burst", burst);
		if (window.compareTo(Duration.ofMillis(1)) < 0 || window.compareTo(MAX_WINDOW) > 0
				|| window.getNano() % 1_000_000 != 0) {
			throw new InvalidPolicyException("limits", window.toString(),
					"a window in whole milliseconds, from 1 ms to " + MAX_WINDOW.toDays() + " days");
		}
	}

	/**
	 * Creates a limit whose permits can all be spent at once.
	 * @param permits how many permits come back per window
	 * @param window the time in which they come back
	 * @throws InvalidPolicyException if a number is out of its range
	 */
	public Limit(long permits, Duration window) {
		this(permits, window, permits);
	}

	/**
	 * Reads one limit as it is written in configuration: {@code 100/1m},
	 * {@code 10 per minute}, {@code 5/15 minutes}, {@code 20/PT1H},
	 * {@code 50/1s burst 200}.
	 * @param text the limit
	 * @return the limit
	 * @throws InvalidPolicyException if the text is not a limit
	 */
	public static Limit parse(String text) {
		return LimitParser.parse(text);
	}

	/**
	 * Reads several limits, separated by {@code ,} or {@code ;}.
	 * @param text the limits
	 * @return the limits in the order written
	 * @throws InvalidPolicyException if one of them is not a limit
	 */
	public static List<Limit> parseAll(String text) {
		return LimitParser.parseAll(text);
	}

	/**
	 * The window as short as it can be written: {@code 1m}, {@code 90s}, {@code 250ms}.
	 * @return a number and one of {@code d}, {@code h}, {@code m}, {@code s} and
	 * {@code ms}
	 */
	public String windowText() {
		return LimitParser.format(this.window);
	}

	/**
	 * The limit as it is written in configuration.
	 * @return such as {@code 100/1m}, or {@code 50/1s burst 200}
	 */
	@Override
	public String toString() {
		return this.permits + "/" + windowText() + ((this.burst != this.permits) ? " burst " + this.burst : "");
	}

	private static void check(String what, long number) {
		if (number < 1 || number > MAX_PERMITS) {
			throw new InvalidPolicyException("limits", String.valueOf(number),
					what + " from 1 to " + MAX_PERMITS + " (2^53 - 1)");
		}
	}

}
