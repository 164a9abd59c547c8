package io.github.ratelimit.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * The README and what it links to is true: an application starts with each of its
 * configurations.
 */
class ReadmeTests {

	private static final Path README = Path.of("..", "README.md");

	private static final Path OUTBOUND = Path.of("..", "docs", "outbound.md");

	static Stream<String> configurations() throws IOException {
		return Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(README) + Files.readString(OUTBOUND))
			.results()
			.map((block) -> block.group(1));
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
				assertThat(context.getBean(ConfiguredPolicies.class).size()).isPositive();
			});
	}

	@Test
	void thereAreSeveralConfigurationsAndTheReadmeIsShort() throws IOException {
		assertThat(configurations()).hasSizeGreaterThanOrEqualTo(5);
		assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(250);
	}

}
