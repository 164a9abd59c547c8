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
			String node = ForwardedElement.node(element);
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

}
