package io.github.ratelimit.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation, in the Markdown of GitHub.
 */
final class Page {

	static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern NAME = Pattern.compile("`([^`]+)`");

	private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

	private final Path file;

	private final List<Snippet> snippets = new ArrayList<>();

	private final List<String> links = new ArrayList<>();

	private final List<String> names = new ArrayList<>();

	private final Set<String> anchors = new LinkedHashSet<>();

	private Page(Path file) {
		this.file = file;
		try {
			read(Files.readAllLines(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** README and all pages of {@code docs}. */
	static List<Page> all() {
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted())
				.filter((file) -> file.toString().endsWith(".md"))
				.map(Page::new)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Page of(Path file) {
		return new Page(file);
	}

	/** A page of {@code docs}. */
	static Page named(String name) {
		return new Page(ROOT.resolve("docs").resolve(name + ".md"));
	}

	Path file() {
		return this.file;
	}

	List<Snippet> snippets() {
		return this.snippets;
	}

	/** The first snippet of ours below a heading. */
	Snippet snippet(String heading, String language) {
		return this.snippets.stream()
			.filter((snippet) -> snippet.heading().equals(heading) && snippet.ours(language))
			.findFirst()
			.orElseThrow(() -> new AssertionError(this + " has no " + language + " below '" + heading + "'"));
	}

	/** Where it leads to, as it is written. */
	List<String> links() {
		return this.links;
	}

	/** What its text says as code: properties, classes, values. */
	List<String> names() {
		return this.names;
	}

	/** What of it can be led to. */
	Set<String> anchors() {
		return this.anchors;
	}

	private void read(List<String> lines) {
		Map<String, Integer> used = new HashMap<>();
		String heading = "";
		boolean theirs = false;
		for (int i = 0; i < lines.size(); i++) {
			String line = lines.get(i);
			if (line.startsWith("```")) {
				int end = lines.subList(i + 1, lines.size()).indexOf("```") + i + 1;
				this.snippets.add(new Snippet(toString(), heading, line.substring(3), theirs,
						String.join("\n", lines.subList(i + 1, end))));
				i = end;
			}
			else if (line.startsWith("#")) {
				heading = line.replaceFirst("#+ ", "");
				theirs = false;
				int before = used.merge(anchor(heading), 1, Integer::sum) - 1;
				this.anchors.add(anchor(heading) + ((before > 0) ? "-" + before : ""));
			}
			else {
				theirs = line.startsWith("Theirs") || (theirs && !line.startsWith("Ours"));
				NAME.matcher(line).results().forEach((name) -> this.names.add(name.group(1)));
				LINK.matcher(NAME.matcher(line).replaceAll(""))
					.results()
					.forEach((link) -> this.links.add(link.group(1)));
			}
		}
	}

	/** As GitHub makes it of a heading. */
	private static String anchor(String heading) {
		return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
	}

	@Override
	public String toString() {
		return this.file.getFileName().toString();
	}

}
