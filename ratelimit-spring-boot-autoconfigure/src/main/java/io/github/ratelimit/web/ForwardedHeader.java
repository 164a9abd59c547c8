package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

/**
 * The header in which proxies say for whom they forward a request.
 */
public enum ForwardedHeader {

	/** {@code X-Forwarded-For}: addresses, each proxy appends that of its peer. */
	X_FORWARDED_FOR("X-Forwarded-For") {

		@Override
		@Nullable IpAddress address(String element) {
			return IpAddress.parseNode(element.strip());
		}

	},

	/** {@code Forwarded} of RFC 7239: the same as its parameter {@code for}. */
	FORWARDED("Forwarded") {

		@Override
		@Nullable IpAddress address(String element) {
			String node = node(element);
			return (node != null) ? IpAddress.parseNode(node) : null;
		}

	};

	private final String field;

	ForwardedHeader(String field) {
		this.field = field;
	}

	String field() {
		return this.field;
	}

	/** What one proxy says of its peer, or null if that is no address. */
	abstract @Nullable IpAddress address(String element);

	/**
	 * The value of {@code for} in one element of a {@code Forwarded} field:
	 * {@code name=value} pairs separated by {@code ;}. It was cut out at commas, and is
	 * cut at semicolons, also at those within quotes: then no piece is well-formed,
	 * because each lacks a quote.
	 * @return null if there is not exactly one or any is malformed
	 */
	private static @Nullable String node(String element) {
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
