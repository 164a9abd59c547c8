package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.autoconfigure.KnownProperties.Unknown;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says what is wrong with a property under {@code ratelimit} that does not exist, or
 * whose value is none of its type.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnreadablePropertyFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private static final ConfigurationPropertyName ALL = ConfigurationPropertyName.of(RateLimitProperties.PREFIX);

	private final Environment environment;

	UnreadablePropertyFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		if (!ALL.equals(cause.getName()) && !ALL.isAncestorOf(cause.getName())
				|| findCause(cause, InvalidPolicyException.class) != null) {
			return null;
		}
		if (cause.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
			List<ConfigurationError> mistakes = unbound.getUnboundProperties().stream().map(this::unknown).toList();
			return ConfigurationError.analysis(mistakes, cause);
		}
		ConfigurationProperty property = (cause.getProperty() != null) ? cause.getProperty() : find(cause.getName());
		return (property != null) ? unfit(property).analysis(cause) : null;
	}

	private @Nullable ConfigurationProperty find(ConfigurationPropertyName name) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return property;
			}
		}
		return null;
	}

	private ConfigurationError unknown(ConfigurationProperty property) {
		Unknown unknown = KnownProperties.unknown(property.getName(), false);
		if (unknown != null) {
			return mistake(property, unknown.expected(), unknown.meant());
		}
		ConfigurationPropertyName above = property.getName().getParent();
		while (find(above) == null && ALL.isAncestorOf(above)) {
			above = above.getParent();
		}
		ConfigurationProperty whole = find(above);
		return mistake(property,
				(whole != null) ? "nothing below " + above + ", which is \"" + whole.getValue() + "\" as a whole at "
						+ whole.getOrigin() : "a list, or its elements numbered from [0] on without a gap",
				null);
	}

	private static ConfigurationError unfit(ConfigurationProperty property) {
		ResolvableType target = KnownProperties.type(property.getName());
		Class<?> type = target.toClass();
		if (type.isEnum()) {
			List<String> constants = Arrays.stream(type.getEnumConstants())
				.map(UnreadablePropertyFailureAnalyzer::text)
				.toList();
			InvalidPolicyException invalid = new InvalidPolicyException("value", String.valueOf(property.getValue()),
					"one of " + String.join(", ", constants), constants);
			return mistake(property, invalid.expected(), invalid.meant());
		}
		if (type == LimitProperties.class) {
			return mistake(property, "a limit such as 100/1m, or properties below it: permits, window, burst", null);
		}
		return mistake(property, expected(type, KnownProperties.of(target).keySet()), null);
	}

	private static String text(Object constant) {
		return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static String expected(Class<?> type, Set<String> below) {
		if (!below.isEmpty()) {
			return "no value, but properties below it: " + String.join(", ", below);
		}
		if (type == Duration.class) {
			return "a time such as 100ms, 30s, 5m or PT1H";
		}
		if (type == Boolean.class || type == boolean.class) {
			return "true or false";
		}
		return (Number.class.isAssignableFrom(type) || type.isPrimitive()) ? "a whole number"
				: "no value, but properties or elements below it";
	}

	private static ConfigurationError mistake(ConfigurationProperty property, String expected, @Nullable String meant) {
		return new ConfigurationError("Property: " + property.getName(), String.valueOf(property.getValue()), expected,
				meant, property.getOrigin());
	}

}
