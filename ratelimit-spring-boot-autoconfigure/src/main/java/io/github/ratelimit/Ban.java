package io.github.ratelimit;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A ban of clients that are rejected repeatedly. Each call that the policy rejects
 * because one of its own limits has no permits left counts. After so many rejections
 * within a time that begins with the first of them, the client is banned: the policy
 * rejects each of its calls that costs something until the ban ends. Those rejections do
 * not count, so they do not prolong it.
 *
 * @param rejections how many rejections lead to a ban
 * @param within the time in which they come, in whole milliseconds
 * @param length how long a ban lasts, in whole milliseconds
 */
public record Ban(long rejections, Duration within, Duration length) {

	private static final Pattern WORDS = Pattern.compile("\\s+rejections?\\s+in\\s+");

	private static final String EXPECTED = "rejections in a time, such as 5/10m or 5 rejections in 10m";

	/**
	 * Creates a ban.
	 * @throws InvalidPolicyException if a number or a time is out of the range of those
	 * of limits
	 */
	public Ban {
		if (rejections < 1 || rejections > Limit.MAX_PERMITS || !isTime(within)) {
			throw new InvalidPolicyException("ban.after", rejections + "/" + within, EXPECTED);
		}
		if (!isTime(length)) {
			throw new InvalidPolicyException("ban.for", length.toString(),
					"a time in whole milliseconds, from 1 ms to " + Limit.MAX_WINDOW.toDays() + " days");
		}
	}

	/**
	 * Reads a ban as it is written in configuration.
	 * @param after how many rejections lead to it, in which time: {@code 5/10m} or
	 * {@code 5 rejections in 10m}
	 * @param length how long it lasts
	 * @return the ban
	 * @throws InvalidPolicyException if the text is something else, or a number or a time
	 * is out of range
	 */
	public static Ban parse(String after, Duration length) {
		Limit rejections = rejections(after);
		return new Ban(rejections.permits(), rejections.window(), length);
	}

	private static Limit rejections(String after) {
		try {
			Limit rejections = Limit.parse(WORDS.matcher(after).replaceFirst("/"));
			if (rejections.burst() == rejections.permits()) {
				return rejections;
			}
		}
		catch (InvalidPolicyException ex) {
			// It is told what is expected of rejections, not of permits.
		}
		throw new InvalidPolicyException("ban.after", after.strip(), EXPECTED);
	}

	private static boolean isTime(Duration time) {
		return time.compareTo(Duration.ofMillis(1)) >= 0 && time.compareTo(Limit.MAX_WINDOW) <= 0
				&& time.getNano() % 1_000_000 == 0;
	}

	/**
	 * The ban as it is written in configuration.
	 * @return such as {@code 5/10m for 1h}
	 */
	@Override
	public String toString() {
		return this.rejections + "/" + LimitParser.format(this.within) + " for " + LimitParser.format(this.length);
	}

}
