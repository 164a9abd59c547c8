package io.github.ratelimit.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;

/**
 * An error in the configuration that fails startup.
 *
 * @param where the property, or else what is wrong, with a label
 * @param value what was found
 * @param expected what would have been right: a noun phrase
 * @param meant the name that was probably meant, or null if none is near
 * @param origin where it was written, or null if that is not known
 */
record ConfigurationError(String where, String value, String expected, @Nullable String meant,
		@Nullable Origin origin) {

	FailureAnalysis analysis(Throwable cause) {
		return analysis(List.of(this), cause);
	}

	static FailureAnalysis analysis(List<ConfigurationError> mistakes, Throwable cause) {
		StringBuilder description = new StringBuilder("A rate limit cannot be used:");
		mistakes.forEach((mistake) -> description.append(mistake.description()));
		String meant = mistakes.stream()
			.map(ConfigurationError::meant)
			.filter(Objects::nonNull)
			.map("\"%s\""::formatted)
			.collect(Collectors.joining(", "));
		return new FailureAnalysis(description.toString(), (meant.isEmpty() ? "" : "Did you mean " + meant + "? ")
				+ "Correct it. Without this limit the application would not be protected, so it does not start.",
				cause);
	}

	private String description() {
		return "%n%n    %s%n    Value:    \"%s\"%n    Expected: %s%s".formatted(this.where, this.value, this.expected,
				(this.origin != null) ? "%n    Origin:   %s".formatted(this.origin) : "");
	}

}
