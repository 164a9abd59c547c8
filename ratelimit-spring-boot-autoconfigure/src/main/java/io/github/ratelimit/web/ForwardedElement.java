package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

/**
 * One element of a {@code Forwarded} field: {@code name=value} pairs separated by
 * {@code ;} (RFC 7239). It was cut out at commas, and is cut at semicolons, also at those
 * within quotes: then no piece is well-formed, because each lacks a quote.
 */
final class ForwardedElement {

	private ForwardedElement() {
	}

	/**
	 * The value of {@code for}, or null if there is not exactly one or any is malformed.
	 */
	static @Nullable String node(String element) {
		String node = null;
		for (String text : element.split(";")) {
			String pair = text.strip();
			int equals = pair.indexOf('=');
			String value = value(pair.substring(equals + 1));
			boolean names = pair.regionMatches(true, 0, "for=", 0, 4);
			if (value == null || (equals <= 0 && !pair.isEmpty()) || (names && node != null)) {
				return null;
			}
			node = names ? value : node;
		}
		return node;
	}

	private static @Nullable String value(String text) {
		boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
		String value = quoted ? text.substring(1, text.length() - 1) : text;
		boolean wellFormed = value.chars()
			.allMatch((character) -> character > ' ' && character <= '~' && character != '"');
		return wellFormed ? value : null;
	}

}
