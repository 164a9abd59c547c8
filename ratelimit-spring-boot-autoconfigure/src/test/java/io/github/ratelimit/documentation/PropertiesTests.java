package io.github.ratelimit.documentation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documentation names properties that exist, and leaves none out.
 */
class PropertiesTests {

	private static final Pattern PROPERTY = Pattern.compile("^(ratelimit\\.[a-z0-9.-]*[a-z0-9])([=: ].*)?$");

	private static final String POLICY = "ratelimit.policies.";

	@Test
	void namesAreThoseOfPropertiesOrMeters() throws IOException {
		Set<String> properties = properties();
		List<String> others = Stream.concat(names("metrics.md"), Stream.of("ratelimit.outcome", "ratelimit.policy"))
			.toList();
		assertThat(
				Page.all())
			.allSatisfy(
					(page) -> assertThat(names(page))
						.allSatisfy(
								(name) -> assertThat(name).matches(
										(known) -> properties.contains(known) || others.contains(known)
												|| known.startsWith(POLICY)
												|| properties.stream()
													.anyMatch((property) -> property.startsWith(known + ".")),
										"exists")));
	}

	@Test
	void configurationHasAllProperties() throws IOException {
		assertThat(names("configuration.md")).containsAll(properties().stream()
			.filter((name) -> !name.matches(".*(policies|legacy\\.(remaining|reset))"))
			.toList());
	}

	/** What it is to be is left in {@code target}. */
	@Test
	void referenceIsMadeOfTheMetadata() throws IOException {
		String reference = PropertyReference.markdown();
		Files.writeString(Path.of("target/properties.md"), reference);
		assertThat(Page.ROOT.resolve("docs/properties.md")).hasContent(reference);
	}

	private static Stream<String> names(String page) {
		return Page.all().stream().filter((it) -> it.toString().equals(page)).flatMap(PropertiesTests::names);
	}

	private static Stream<String> names(Page page) {
		return page.names().stream().flatMap((name) -> PROPERTY.matcher(name).results()).map((found) -> found.group(1));
	}

	private static Set<String> properties() throws IOException {
		String json = new ClassPathResource("META-INF/spring-configuration-metadata.json")
			.getContentAsString(StandardCharsets.UTF_8);
		List<?> all = (List<?>) JsonParserFactory.getJsonParser().parseMap(json).get("properties");
		return all.stream()
			.map((property) -> (String) ((Map<?, ?>) property).get("name"))
			.filter((name) -> name.startsWith("ratelimit."))
			.collect(Collectors.toSet());
	}

}
