package io.github.ratelimit.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.extending.ExtensionPoints;
import com.example.recipes.RecipeBeans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.ratelimit.Policy;
import io.github.ratelimit.PolicySource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation shows is true: applications start with each of its
 * configurations, and its Java is part of classes below {@code com.example}, or of the
 * tests of the module for tests, which are compiled with the tests, and called by them.
 * An ellipsis stands for anything, and comments are not compared.
 */
class SnippetsTests {

	private static final List<Path> SOURCES = List.of(Path.of("src/test/java/com/example"),
			Path.of("../ratelimit-spring-boot-test/src/test/java"));

	private static final Pattern COMMENT = Pattern.compile("(?m)(^|\\s)//.*$");

	static Stream<Snippet> yaml() {
		return snippets("yaml");
	}

	static Stream<Snippet> java() {
		return snippets("java");
	}

	private static Stream<Snippet> snippets(String language) {
		return Page.all().stream().flatMap((page) -> page.snippets().stream()).filter((it) -> it.ours(language));
	}

	@ParameterizedTest
	@MethodSource("yaml")
	void applicationStartsWith(Snippet configuration) {
		new WebApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues("ratelimit.store.type=memory", "shop.service-token=secret")
			.withInitializer((context) -> configuration.addTo(context.getEnvironment()))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean("rateLimitPolicies", PolicySource.class).policies()).extracting(Policy::name)
					.containsAll(names(context.getEnvironment()));
			});
	}

	private static Set<String> names(Environment environment) {
		return Binder.get(environment)
			.bind("ratelimit.policies", Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of())
			.keySet();
	}

	@ParameterizedTest
	@MethodSource("java")
	void sourceHas(Snippet code) throws IOException {
		Pattern expected = Pattern.compile(Arrays.stream(words(code.text()).split(Pattern.quote("..."), -1))
			.map((part) -> Pattern.quote(part.strip()))
			.collect(Collectors.joining(".*?")));
		assertThat(sources()).as(code.text()).anyMatch((source) -> expected.matcher(source).find());
	}

	private static List<String> sources() throws IOException {
		List<String> sources = new ArrayList<>();
		for (Path folder : SOURCES) {
			try (Stream<Path> files = Files.walk(folder)) {
				files.filter((file) -> file.toString().endsWith(".java"))
					.map(SnippetsTests::read)
					.forEach(sources::add);
			}
		}
		return sources;
	}

	@Test
	void noneOfOursIsTakenForTheirs() {
		assertThat(yaml()).hasSizeGreaterThanOrEqualTo(34);
		assertThat(java()).hasSizeGreaterThanOrEqualTo(20);
	}

	private static String read(Path file) {
		try {
			return words(Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** However it is broken into lines. */
	private static String words(String code) {
		return COMMENT.matcher(code).replaceAll("").replaceAll("\\s+", " ").strip();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ ExtensionPoints.class, RecipeBeans.class })
	static class Application {

	}

}
