package io.github.ratelimit.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.ClassUtils;

/**
 * A page of all properties, made of the metadata that editors read.
 */
final class PropertyReference {

	private static final String BELOW = "META-INF/spring/configuration-metadata/io.github.ratelimit.autoconfigure.";

	private static final Map<String, String> TYPES = Map.of("java.lang.Boolean", "`true` or `false`",
			"java.lang.Integer", "number", "java.lang.Long", "number", "java.time.Duration", "time", "java.lang.String",
			"text", "java.util.List<java.lang.String>", "list of texts");

	private PropertyReference() {
	}

	static String markdown() {
		return """
				# Properties

				Every property, as editors know it. What they mean together is told by [configuration](configuration.md) and
				[keys and security](keys-and-security.md). Times are written `100ms`, `30s`, `5m`, `1h`, `1d` or `PT1H`; lists as lists or
				separated by commas.

				## Of the application

				"""
				+ table("META-INF/spring-configuration-metadata.json")
				+ """

						## Of a policy

						Below `ratelimit.policies.<name>`, where the name consists of `a-z`, `0-9` and `-`. Without a default here, it is that of
						[the table of what a policy may say](configuration.md#what-a-policy-may-say).

						"""
				+ table(BELOW + "RateLimitProperties$Policy.json") + """

						## Of a limit

						Below `limits`, where one is not written as `100/1m`.

						""" + table(BELOW + "LimitProperties.json") + """

						## Of a ban

						Below `ban`.

						""" + table(BELOW + "BanProperties.json");
	}

	private static String table(String metadata) {
		return properties(metadata).stream()
			.map(PropertyReference::row)
			.collect(Collectors.joining("", "| property | value | default | |\n|---|---|---|---|\n", ""));
	}

	private static List<Map<?, ?>> properties(String metadata) {
		try {
			String json = new ClassPathResource(metadata).getContentAsString(StandardCharsets.UTF_8);
			List<?> all = (List<?>) JsonParserFactory.getJsonParser().parseMap(json).get("properties");
			return all.stream().<Map<?, ?>>map((property) -> (Map<?, ?>) property).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String row(Map<?, ?> property) {
		Object standard = property.get("defaultValue");
		return "| `%s` | %s | %s | %s |%n".formatted(property.get("name"), type((String) property.get("type")),
				(standard != null) ? "`" + standard + "`" : "–",
				String.valueOf(property.get("description")).replace("|", "\\|"));
	}

	private static String type(String type) {
		String known = TYPES.get(type);
		if (known != null) {
			return known;
		}
		if (type.startsWith("java.util.List")) {
			return "list";
		}
		if (type.startsWith("java.util.Map")) {
			return "by name";
		}
		Class<?> resolved = ClassUtils.resolveClassName(type, null);
		return resolved.isEnum() ? Arrays.stream(resolved.getEnumConstants())
			.map((constant) -> "`" + ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
			.collect(Collectors.joining(", ")) : "properties below it";
	}

}
