package io.github.ratelimit;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Policy.Mode;

/**
 * Overrides as texts, in the form of a query: {@code limits=200%2F1m&reason=sale}.
 */
final class OverrideText {

	private OverrideText() {
	}

	static String write(RateLimitOverride override) {
		Map<String, String> said = new TreeMap<>();
		said.put("limits", override.limits().stream().map(Limit::toString).collect(Collectors.joining(",")));
		said.put("mode", (override.mode() != null) ? override.mode().name().toLowerCase(Locale.ROOT) : "");
		said.put("until", (override.until() != null) ? override.until().toString() : "");
		said.put("reason", override.reason());
		said.put("by", override.by());
		said.put("at", override.at().toString());
		return said.entrySet()
			.stream()
			.filter((entry) -> !entry.getValue().isEmpty())
			.map((entry) -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
	}

	/**
	 * Reads an override.
	 * @param name what is overridden
	 * @param text the rest of it
	 * @throws IllegalArgumentException if the text is none that was written by a version
	 * that this one knows
	 */
	static RateLimitOverride read(String name, String text) {
		int colon = name.indexOf(':');
		if (colon < 0) {
			throw new IllegalArgumentException("The name '" + name + "' has no colon");
		}
		Map<String, String> said = Arrays.stream(text.split("&"))
			.map((part) -> part.split("=", 2))
			.collect(Collectors.toMap((part) -> part[0],
					(part) -> URLDecoder.decode(part[part.length - 1], StandardCharsets.UTF_8), (one, other) -> other));
		String limits = said.getOrDefault("limits", "");
		String mode = said.get("mode");
		String until = said.get("until");
		return new RateLimitOverride(orNull(name.substring(0, colon)), orNull(name.substring(colon + 1)),
				limits.isEmpty() ? List.of() : Limit.parseAll(limits),
				(mode != null) ? Mode.valueOf(mode.toUpperCase(Locale.ROOT)) : null,
				(until != null) ? Instant.parse(until) : null, said.getOrDefault("reason", ""),
				said.getOrDefault("by", ""), Instant.parse(said.getOrDefault("at", Instant.EPOCH.toString())));
	}

	private static @Nullable String orNull(String text) {
		return text.isEmpty() ? null : text;
	}

}
