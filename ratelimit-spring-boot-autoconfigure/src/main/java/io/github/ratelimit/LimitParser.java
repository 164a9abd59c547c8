package io.github.ratelimit;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The grammar of limits: {@code <permits>/<window>} or {@code <permits> per <window>},
 * where a window is a number and a unit, a unit alone, or an ISO-8601 duration; and then,
 * if a token bucket holds more or less than that, {@code burst <permits>}.
 */
final class LimitParser {

	private static final String EXPECTED = "a limit such as 100/1m, 10 per minute, 5/15 minutes or 20/PT1H";

	private static final Pattern LIMIT = Pattern
		.compile("(\\d{1,19})\\s*(?:/|\\sper\\s)\\s*(.+?)(?:\\s+burst\\s+(\\d{1,19}))?");

	private static final Pattern WINDOW = Pattern.compile("(\\d{1,18})?\\s*([a-z]+)");

	/** From the longest to the shortest, each with its short name first. */
	private static final Map<Duration, List<String>> UNITS = units();

	private LimitParser() {
	}

	static List<Limit> parseAll(String text) {
		List<Limit> limits = new ArrayList<>();
		for (String part : text.split("[,;]", -1)) {
			limits.add(parse(part));
		}
		return List.copyOf(limits);
	}

	static Limit parse(String text) {
		Matcher limit = LIMIT.matcher(text.strip().toLowerCase(Locale.ROOT));
		Duration window = limit.matches() ? window(limit.group(2)) : null;
		if (window == null) {
			throw new InvalidPolicyException("limits", text.strip(), EXPECTED);
		}
		String permits = limit.group(1);
		String burst = limit.group(3);
		try {
			return new Limit(permits(permits), window, permits((burst != null) ? burst : permits));
		}
		catch (InvalidPolicyException ex) {
			throw new InvalidPolicyException("limits", text.strip(), ex.expected());
		}
	}

	static String format(Duration window) {
		long millis = window.toMillis();
		for (Map.Entry<Duration, List<String>> unit : UNITS.entrySet()) {
			long length = unit.getKey().toMillis();
			if (millis % length == 0) {
				return millis / length + unit.getValue().get(0);
			}
		}
		throw new IllegalStateException("Not in whole milliseconds: " + window);
	}

	private static long permits(String digits) {
		try {
			return Long.parseLong(digits);
		}
		catch (NumberFormatException ex) {
			return Long.MAX_VALUE;
		}
	}

	private static @Nullable Duration window(String text) {
		try {
			Matcher window = WINDOW.matcher(text);
			if (!window.matches()) {
				return Duration.parse(text);
			}
			Duration unit = unit(window.group(2));
			String number = window.group(1);
			return (unit == null || number == null) ? unit : unit.multipliedBy(Long.parseLong(number));
		}
		catch (DateTimeException | ArithmeticException ex) {
			return null;
		}
	}

	private static @Nullable Duration unit(String name) {
		for (Map.Entry<Duration, List<String>> unit : UNITS.entrySet()) {
			if (unit.getValue().contains(name)) {
				return unit.getKey();
			}
		}
		return null;
	}

	private static Map<Duration, List<String>> units() {
		Map<Duration, List<String>> units = new LinkedHashMap<>();
		units.put(Duration.ofDays(1), List.of("d", "day", "days"));
		units.put(Duration.ofHours(1), List.of("h", "hour", "hours"));
		units.put(Duration.ofMinutes(1), List.of("m", "minute", "minutes"));
		units.put(Duration.ofSeconds(1), List.of("s", "second", "seconds"));
		units.put(Duration.ofMillis(1), List.of("ms", "millisecond", "milliseconds"));
		return units;
	}

}
