package io.github.ratelimittest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of the documentation are these tests.
 */
class TestingDocumentationTests {

	private static final Path PAGE = Path.of("../docs/testing.md");

	private static final Path SOURCES = Path.of("src/test/java");

	@Test
	void showsWhatIsTested() throws IOException {
		List<String> shown = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(PAGE))
			.results()
			.map((block) -> flat(block.group(1)))
			.toList();
		assertThat(shown).hasSizeGreaterThan(2);
		String sources = sources();
		assertThat(shown).allSatisfy((block) -> assertThat(sources).contains(block));
	}

	@Test
	void showsTheConfigurationThatIsTested() throws IOException {
		MatchResult block = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(PAGE))
			.results()
			.findFirst()
			.orElseThrow();
		assertThat(Path.of("src/test/resources/application.yml")).hasContent(block.group(1));
	}

	private static String sources() throws IOException {
		try (Stream<Path> files = Files.walk(SOURCES)) {
			return files.filter(Files::isRegularFile)
				.map(TestingDocumentationTests::read)
				.collect(Collectors.joining("\n"));
		}
	}

	private static String read(Path file) {
		try {
			return flat(Files.readString(file));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Pages indent by spaces, and leave out imports. */
	private static String flat(String source) {
		return source.lines().map(String::strip).filter((line) -> !line.isEmpty()).collect(Collectors.joining("\n"));
	}

}
