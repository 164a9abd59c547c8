package io.github.ratelimitsample;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Whom the shop has given an API key. Policy {@code api} asks for the plan of a request.
 */
@Component
class Partners {

	private static final Set<String> API_KEYS = Set.of("key-of-acme", "key-of-globex");

	/** A plan of policy {@code api}, or null for those who are no partners. */
	public @Nullable String planOf(@Nullable String apiKey) {
		return (apiKey != null && API_KEYS.contains(apiKey)) ? "partner" : null;
	}

}
