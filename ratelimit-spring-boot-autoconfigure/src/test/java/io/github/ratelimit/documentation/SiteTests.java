package io.github.ratelimit.documentation;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documentation as a site, which is left in {@code target}, is well-formed, whole and
 * loads nothing from elsewhere.
 */
class SiteTests {

	private static final Path SITE = Path.of("target/site").toAbsolutePath();

	@BeforeAll
	static void write() throws IOException {
		Site.write(SITE);
	}

	static List<Path> pages() throws IOException {
		try (Stream<Path> files = Files.walk(SITE)) {
			return files.filter((file) -> file.toString().endsWith(".html")).toList();
		}
	}

	@Test
	void hasEveryPage() throws IOException {
		assertThat(pages()).hasSameSizeAs(Page.all()).contains(SITE.resolve("index.html"));
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linksLeadToThePagesOfTheSite(Path page) throws Exception {
		assertThat(values(document(page), "a", "href")).isNotEmpty().allSatisfy((link) -> {
			URI uri = URI.create(link);
			if (uri.getScheme() == null) {
				Path target = uri.getPath().isEmpty() ? page : page.resolveSibling(uri.getPath()).normalize();
				assertThat(pages()).contains(target);
				if (uri.getFragment() != null) {
					assertThat(Stream.of("h1", "h2", "h3", "h4")
						.flatMap((tag) -> values(document(target), tag, "id").stream())).contains(uri.getFragment());
				}
			}
		});
	}

	@ParameterizedTest
	@MethodSource("pages")
	void whatIsLoadedIsPartOfTheSite(Path page) throws Exception {
		Document document = document(page);
		List<String> loaded = new ArrayList<>(values(document, "img", "src"));
		loaded.addAll(values(document, "link", "href"));
		assertThat(loaded).isNotEmpty()
			.allSatisfy((file) -> assertThat(page.resolveSibling(file).normalize()).isRegularFile()
				.satisfies((found) -> assertThat(found.startsWith(SITE)).isTrue()));
		assertThat(values(document, "script", "src")).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyPageIsInTheNavigation(Path page) throws Exception {
		Document first = document(SITE.resolve("docs/concepts.html"));
		Element navigation = (Element) first.getElementsByTagName("nav").item(0);
		assertThat(values(navigation, "a", "href")).contains(SITE.resolve("docs").relativize(page).toString());
	}

	private static Document document(Path page) {
		try {
			return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(page.toFile());
		}
		catch (Exception ex) {
			throw new AssertionError(page + " is not well-formed", ex);
		}
	}

	private static List<String> values(Document document, String tag, String attribute) {
		return values(document.getDocumentElement(), tag, attribute);
	}

	private static List<String> values(Element parent, String tag, String attribute) {
		NodeList found = parent.getElementsByTagName(tag);
		return IntStream.range(0, found.getLength())
			.mapToObj((i) -> ((Element) found.item(i)).getAttribute(attribute))
			.filter((value) -> !value.isEmpty())
			.toList();
	}

}
