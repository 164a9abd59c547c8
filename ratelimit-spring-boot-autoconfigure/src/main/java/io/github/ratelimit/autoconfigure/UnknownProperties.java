package io.github.ratelimit.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.autoconfigure.KnownProperties.Unknown;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Properties below {@code ratelimit} that binding does not see: values where only
 * properties below make sense, and unknown environment variables and system properties,
 * which are not refused because others than the application set them, too.
 *
 * @param environment where properties come from
 */
record UnknownProperties(Environment environment) {

	private static final Log logger = LogFactory.getLog(UnknownProperties.class);

	private static final ConfigurationPropertyName ALL = ConfigurationPropertyName.of(RateLimitProperties.PREFIX);

	private static final Set<String> OPEN = Set.of(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
			StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);

	/** Refuses values that would be ignored, and warns of names that look misspelt. */
	void check() {
		warnOfOtherRoots();
		refuseValues(RateLimitProperties.PREFIX, ResolvableType.forClass(RateLimitProperties.class));
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource names
					&& source.getUnderlyingSource() instanceof PropertySource<?> open
					&& OPEN.contains(open.getName())) {
				names.stream().filter(ALL::isAncestorOf).forEach((name) -> warn(open, name));
			}
		}
	}

	private void refuseValues(String name, ResolvableType type) {
		Map<String, ResolvableType> below = KnownProperties.of(type);
		boolean named = type.resolve() == Map.class;
		String value = (below.isEmpty() && !named) ? null : this.environment.getProperty(name);
		if (StringUtils.hasText(value)) {
			throw new InvalidRateLimitPropertyException(name, new InvalidPolicyException("value", value,
					"no value, but properties below it: " + (named ? "by name" : String.join(", ", below.keySet()))));
		}
		below.forEach((property, nested) -> refuseValues(name + "." + property, nested));
	}

	/** What is below another root limits nothing, and nobody else refuses it. */
	private void warnOfOtherRoots() {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource names) {
				names.stream().filter(UnknownProperties::isPolicyElsewhere).findFirst().ifPresent((name) -> {
					Origin origin = Origin.from(source.getConfigurationProperty(name));
					logger.warn("'%s'%s is no property and limits nothing: policies are below '%s.policies'"
						.formatted(name, (origin != null) ? " at " + origin : "", RateLimitProperties.PREFIX));
				});
			}
		}
	}

	private static boolean isPolicyElsewhere(ConfigurationPropertyName name) {
		if (name.getNumberOfElements() < 3 || ALL.isAncestorOf(name)) {
			return false;
		}
		int root = name.getElement(0, Form.UNIFORM).equals("spring") ? 1 : 0;
		if (root + 2 >= name.getNumberOfElements() || !name.getElement(root + 1, Form.UNIFORM).equals("policies")) {
			return false;
		}
		String said = name.getElement(root, Form.UNIFORM);
		return said.equals(RateLimitProperties.PREFIX)
				|| new InvalidPolicyException("root", said, "ours", List.of(RateLimitProperties.PREFIX))
					.meant() != null;
	}

	/** A name that is like none that exists belongs to somebody else. */
	private static void warn(PropertySource<?> source, ConfigurationPropertyName name) {
		boolean variable = source.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		Unknown unknown = KnownProperties.unknown(name, variable);
		String meant = (unknown != null) ? unknown.meant() : null;
		if (meant != null) {
			logger.warn("'%s' in '%s' is no property and is ignored; did you mean '%s'?".formatted(name,
					source.getName(), meant));
		}
	}

}
