package io.github.ratelimit.documentation;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

import org.commonmark.ext.gfm.tables.TableBody;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.CustomNode;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.renderer.html.HtmlRenderer;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.FileSystemUtils;
import org.springframework.web.util.HtmlUtils;

/**
 * The documentation as pages for a browser, which load nothing from elsewhere. Pages and
 * pictures have the places that they have in the project, and README is the first page.
 * What its table of the documentation lists is the navigation. Other files of the project
 * are led to where it is published.
 */
final class Site {

	private static final String REPOSITORY = "https://github.com/ratelimit/ratelimit-spring-boot/tree/main/";

	private static final Path README = Page.ROOT.resolve("README.md");

	private static final Path PICTURES = Page.ROOT.resolve("docs/images");

	private final Node contents = Page.of(README).headings().get("documentation").getNext();

	private final String template = resource("page.html");

	private Site() throws IOException {
	}

	/** Replaces what was there. */
	static void write(Path target) throws IOException {
		FileSystemUtils.deleteRecursively(target);
		FileSystemUtils.copyRecursively(PICTURES, target.resolve(Page.ROOT.relativize(PICTURES)));
		Files.writeString(target.resolve("site.css"), resource("site.css"));
		Site site = new Site();
		for (Page page : Page.all()) {
			Files.writeString(target.resolve(Page.ROOT.relativize(html(page.file()))), site.html(page));
		}
	}

	private static String resource(String name) throws IOException {
		return new ClassPathResource("site/" + name).getContentAsString(StandardCharsets.UTF_8);
	}

	private static Path html(Path page) {
		return page.resolveSibling(
				page.getFileName().toString().replaceFirst("\\.md$", ".html").replace("README.html", "index.html"));
	}

	private String html(Page page) {
		HtmlRenderer renderer = HtmlRenderer.builder()
			.extensions(Page.EXTENSIONS)
			.attributeProviderFactory((context) -> (node, tag, attributes) -> attributes.computeIfPresent("href",
					(name, link) -> href(page, page.file(), link)))
			.build();
		return this.template
			.replace("{title}", page.headings().values().stream().findFirst().map(Page::text).orElseThrow())
			.replace("{style}", href(page, Page.ROOT.resolve("site.css")))
			.replace("{home}", href(page, html(README)))
			.replace("{navigation}", navigation(page))
			.replace("{content}", renderer.render(page.document()));
	}

	private String navigation(Page page) {
		StringBuilder html = new StringBuilder();
		this.contents.accept(new AbstractVisitor() {

			@Override
			public void visit(CustomNode node) {
				if (node instanceof TableRow && node.getParent() instanceof TableBody) {
					html.append("<h2>").append(Page.text(node.getFirstChild())).append("</h2>\n");
				}
				visitChildren(node);
			}

			@Override
			public void visit(Link link) {
				String target = href(page, README, link.getDestination());
				boolean current = target.equals(page.file().getFileName().toString().replace(".md", ".html"));
				html.append("<a href=\"%s\"%s>%s</a>\n".formatted(target, current ? " aria-current=\"page\"" : "",
						HtmlUtils.htmlEscape(Page.text(link))));
				if (current) {
					html.append(sections(page));
				}
			}

		});
		return html.toString();
	}

	private static String sections(Page page) {
		return page.headings()
			.entrySet()
			.stream()
			.filter((heading) -> heading.getValue().getLevel() == 2)
			.map((heading) -> "<li><a href=\"#%s\">%s</a></li>\n".formatted(heading.getKey(),
					HtmlUtils.htmlEscape(Page.text(heading.getValue()))))
			.collect(Collectors.joining("", "<ul>\n", "</ul>\n"));
	}

	private static String href(Page page, Path from, String link) {
		URI uri = URI.create(link);
		if (uri.getScheme() != null || uri.getPath().isEmpty()) {
			return link;
		}
		Path to = from.resolveSibling(uri.getPath()).normalize();
		String fragment = (uri.getFragment() != null) ? "#" + uri.getFragment() : "";
		return (to.toString().endsWith(".md") ? href(page, html(to)) : REPOSITORY + Page.ROOT.relativize(to))
				+ fragment;
	}

	private static String href(Page page, Path to) {
		return page.file().getParent().relativize(to).toString();
	}

}
