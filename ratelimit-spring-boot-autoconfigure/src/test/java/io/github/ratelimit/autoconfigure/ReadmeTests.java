package io.github.ratelimit.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * README and docs are true: an application starts with each of their configurations, and
 * links lead somewhere.
 */
class ReadmeTests {

	private static final Path README = Path.of("..", "README.md");

	private static final Path DOCS = Path.of("..", "docs");

	/** Those of others, which are shown beside ours, begin otherwise. */
	static Stream<String> configurations() throws IOException {
		StringBuilder text = new StringBuilder(Files.readString(README));
		for (Path page : pages()) {
			text.append(Files.readString(page));
		}
		return Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
			.matcher(text)
			.results()
			.map((block) -> block.group(1))
			.filter((yaml) -> yaml.startsWith("ratelimit:") || yaml.startsWith("spring:"));
	}

	static List<Path> pages() throws IOException {
		try (Stream<Path> pages = Files.list(DOCS)) {
			return pages.filter((page) -> page.toString().endsWith(".md")).sorted().toList();
		}
	}

	@ParameterizedTest
	@MethodSource("configurations")
	void applicationStartsWith(String yaml) throws IOException {
		List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("README.md",
				new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
					MemoryRateLimitStoreAutoConfiguration.class, RateLimitCallerAutoConfiguration.class,
					RateLimitClientAutoConfiguration.class, RateLimitWebAutoConfiguration.class,
					RateLimitWebMvcAutoConfiguration.class, WebMvcAutoConfiguration.class))
			.withInitializer((context) -> sources.forEach(context.getEnvironment().getPropertySources()::addLast))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(ReloadablePolicies.class).now().mapAll((policy, said) -> policy).size())
					.isPositive();
			});
	}

	@Test
	void linksLeadSomewhere() throws IOException {
		List<Path> all = new ArrayList<>(pages());
		all.add(README);
		for (Path page : all) {
			assertThat(Pattern.compile("]\\(([^)#:]+)[^):]*\\)").matcher(Files.readString(page)).results())
				.allSatisfy((link) -> assertThat(page.resolveSibling(link.group(1))).exists());
		}
	}

	@Test
	void thereAreSeveralConfigurationsAndTheReadmeIsShort() throws IOException {
		assertThat(configurations()).hasSizeGreaterThanOrEqualTo(9);
		assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(250);
	}

}
