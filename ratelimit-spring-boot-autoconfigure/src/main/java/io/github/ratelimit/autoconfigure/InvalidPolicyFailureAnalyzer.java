package io.github.ratelimit.autoconfigure;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.annotation.InvalidRateLimitAnnotationException;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says which property is wrong, where it stands, what was found and what was expected.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidPolicyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPolicyException> {

	private final PropertyOrigins origins;

	InvalidPolicyFailureAnalyzer(Environment environment) {
		this.origins = new PropertyOrigins(environment);
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidPolicyException cause) {
		String property = property(rootFailure);
		return new ConfigurationError(
				(property != null) ? "Property: " + property : "Part:     " + part(rootFailure, cause), cause.value(),
				cause.expected(), cause.meant(), (property != null) ? this.origins.findNear(property) : null)
			.analysis(cause);
	}

	private String part(Throwable rootFailure, InvalidPolicyException cause) {
		InvalidRateLimitAnnotationException invalid = findCause(rootFailure, InvalidRateLimitAnnotationException.class);
		return (invalid != null) ? cause.part() + " of @RateLimit on " + invalid.where() : cause.part();
	}

	private @Nullable String property(Throwable rootFailure) {
		InvalidRateLimitPropertyException invalid = findCause(rootFailure, InvalidRateLimitPropertyException.class);
		if (invalid != null) {
			return invalid.property();
		}
		BindException binding = findCause(rootFailure, BindException.class);
		if (binding == null) {
			return null;
		}
		return ((binding.getProperty() != null) ? binding.getProperty().getName() : binding.getName()).toString();
	}

}
