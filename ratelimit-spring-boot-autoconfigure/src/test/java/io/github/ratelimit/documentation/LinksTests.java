package io.github.ratelimit.documentation;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Links of the documentation lead to files and headings that are there. Other sites are
 * not asked.
 */
class LinksTests {

	static List<Page> pages() {
		return Page.all();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linksLeadSomewhere(Page page) {
		assertThat(page.links()).allSatisfy((link) -> {
			URI target = URI.create(link);
			if (target.getScheme() != null) {
				assertThat(link).startsWith("https://");
				return;
			}
			Path file = target.getPath().isEmpty() ? page.file()
					: page.file().resolveSibling(target.getPath()).normalize();
			assertThat(file).exists().satisfies((found) -> assertThat(found.startsWith(Page.ROOT)).isTrue());
			if (target.getFragment() != null) {
				assertThat(Page.of(file).anchors()).contains(target.getFragment());
			}
		});
	}

	@Test
	void readmeLeadsToEveryPageAndIsShort() throws IOException {
		Page readme = Page.of(Page.ROOT.resolve("README.md"));
		Stream<Path> others = pages().stream().map(Page::file).filter((file) -> !file.equals(readme.file()));
		assertThat(readme.links().stream().map((link) -> link.replaceFirst("#.*", "")))
			.containsAll(others.map((file) -> Page.ROOT.relativize(file).toString()).toList());
		assertThat(Files.readAllLines(readme.file())).hasSizeLessThanOrEqualTo(250);
	}

}
