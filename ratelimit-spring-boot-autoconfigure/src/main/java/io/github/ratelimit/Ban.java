package io.github.ratelimit;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How a policy shuts out a caller that keeps knocking. Each call that the policy rejects
 * because one of its own limits has no room is a knock. After so many knocks within a
 * time that begins with the first of them, the caller is banned: the policy rejects each
 * of its calls that costs something until the ban ends. Those calls are no knocks, so
 * they do not prolong it. A ban that begins before as much time has passed since the last
 * one ended as that one lasted is twice as long, up to a day.
 *
 * @param rejections how many knocks lead to a ban
 * @param within the time in which they come, in whole milliseconds
 * @param length how long a ban lasts that does not follow on another one, in whole
 * milliseconds; may be longer than a day, and is the longest then
 */
public record Ban(long rejections, Duration within, Duration length) {

	private static final Duration LONGEST = Duration.ofDays(1);

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
		Limit knocks = knocks(after);
		return new Ban(knocks.permits(), knocks.window(), length);
	}

	private static Limit knocks(String after) {
		try {
			Limit knocks = Limit.parse(WORDS.matcher(after).replaceFirst("/"));
			if (knocks.burst() == knocks.permits()) {
				return knocks;
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
	 * How long a ban lasts at most, however often a caller was banned before.
	 * @return a day, or the length if that is longer
	 */
	public Duration longest() {
		return (this.length.compareTo(LONGEST) > 0) ? this.length : LONGEST;
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
