package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

/**
 * A response without header fields.
 *
 * @param status its status
 */
record StubResponse(int status) implements RateLimitResponse {

	@Override
	public @Nullable String header(String name) {
		return null;
	}

}
