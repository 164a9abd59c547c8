package io.github.ratelimit.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/**
 * A page of the documentation, in the Markdown of GitHub.
 */
final class Page {

	static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	static final List<Extension> EXTENSIONS = List.of(TablesExtension.create(), HeadingAnchorExtension.create());

	private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

	private final Path file;

	private final Node document;

	private final List<Snippet> snippets = new ArrayList<>();

	private final List<String> links = new ArrayList<>();

	private final List<String> names = new ArrayList<>();

	private final Map<String, Heading> headings = new LinkedHashMap<>();

	private Page(Path file) {
		this.file = file;
		try {
			this.document = PARSER.parse(Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.document.accept(new Reader());
	}

	/** README and the pages beside it, and all pages of {@code docs}. */
	static List<Page> all() {
		return Stream.of(ROOT, ROOT.resolve("docs")).flatMap(Page::in).toList();
	}

	private static Stream<Page> in(Path folder) {
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter((file) -> file.toString().endsWith(".md")).sorted().toList().stream().map(Page::new);
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

	/** What a reader sees of it, without marks. */
	static String text(Node node) {
		StringBuilder text = new StringBuilder();
		node.accept(new AbstractVisitor() {

			@Override
			public void visit(Text part) {
				text.append(part.getLiteral());
			}

			@Override
			public void visit(Code part) {
				text.append(part.getLiteral());
			}

			@Override
			public void visit(SoftLineBreak lineBreak) {
				text.append(' ');
			}

		});
		return text.toString().strip();
	}

	Path file() {
		return this.file;
	}

	Node document() {
		return this.document;
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

	/** Where it leads to, and which pictures it shows, as it is written. */
	List<String> links() {
		return this.links;
	}

	/** What its text says as code: properties, classes, values. */
	List<String> names() {
		return this.names;
	}

	/** Its headings, by what leads to each. */
	Map<String, Heading> headings() {
		return this.headings;
	}

	/** What of it can be led to. */
	Set<String> anchors() {
		return this.headings.keySet();
	}

	@Override
	public String toString() {
		return this.file.getFileName().toString();
	}

	private final class Reader extends AbstractVisitor {

		private final IdGenerator ids = IdGenerator.builder().build();

		private String heading = "";

		private boolean theirs;

		@Override
		public void visit(Heading node) {
			this.heading = text(node);
			this.theirs = false;
			Page.this.headings.put(this.ids.generateId(this.heading), node);
			visitChildren(node);
		}

		@Override
		public void visit(Paragraph node) {
			String text = text(node);
			this.theirs = text.startsWith("Theirs") || (this.theirs && !text.startsWith("Ours"));
			visitChildren(node);
		}

		@Override
		public void visit(FencedCodeBlock node) {
			Page.this.snippets.add(new Snippet(Page.this.toString(), this.heading, node.getInfo(), this.theirs,
					node.getLiteral().stripTrailing()));
		}

		@Override
		public void visit(Code node) {
			Page.this.names.add(node.getLiteral());
		}

		@Override
		public void visit(Link node) {
			Page.this.links.add(node.getDestination());
			visitChildren(node);
		}

		@Override
		public void visit(Image node) {
			Page.this.links.add(node.getDestination());
			visitChildren(node);
		}

	}

}
