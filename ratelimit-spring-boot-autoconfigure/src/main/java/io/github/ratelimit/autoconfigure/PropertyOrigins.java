package io.github.ratelimit.autoconfigure;

import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/**
 * Where properties were written.
 *
 * @param environment where they come from
 */
record PropertyOrigins(Environment environment) {

	private static final ConfigurationPropertyName POLICIES = ConfigurationPropertyName
		.of(RateLimitProperties.PREFIX + ".policies");

	/**
	 * Finds where a property, or the first element of it, was written.
	 * @param property its name
	 * @return a file with line and column, or another source; null if it is not known
	 */
	@Nullable Origin find(String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
		ConfigurationPropertyName first = name.append("[0]");
		return StreamSupport.stream(ConfigurationPropertySources.get(this.environment).spliterator(), false)
			.flatMap((source) -> Stream.of(name, first, first.append("permits")).map(source::getConfigurationProperty))
			.map(Origin::from)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Finds where a property was written, or if it is missing, something beside it.
	 * @param property its name
	 * @return a file with line and column, or another source; null if it is not known
	 */
	@Nullable Origin findNear(String property) {
		Origin origin = find(property);
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
		return (origin != null) ? origin
				: Stream.of(name, name.getParent())
					.filter(POLICIES::isAncestorOf)
					.flatMap((owner) -> StreamSupport
						.stream(ConfigurationPropertySources.get(this.environment).spliterator(), false)
						.filter(IterableConfigurationPropertySource.class::isInstance)
						.flatMap((source) -> ((IterableConfigurationPropertySource) source).stream()
							.filter(owner::isAncestorOf)
							.map(source::getConfigurationProperty)))
					.map(Origin::from)
					.filter(Objects::nonNull)
					.findFirst()
					.orElse(null);
	}

}
