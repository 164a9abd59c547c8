package io.github.ratelimitbenchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table of figures that were measured side by side.
 */
public final class Table {

	private final String title;

	private final List<String> lines = new ArrayList<>();

	private final List<String> footnotes = new ArrayList<>();

	/**
	 * Creates an empty table.
	 * @param title what stands above it
	 * @param columns the titles of its columns
	 */
	public Table(String title, List<String> columns) {
		this.title = title;
		row(columns);
		this.lines.add("|---".repeat(columns.size()) + "|");
	}

	/**
	 * Adds a row.
	 * @param cells one per column
	 */
	public void row(List<String> cells) {
		this.lines.add("| " + String.join(" | ", cells) + " |");
	}

	/**
	 * Names what was measured, and says what was wrong with it.
	 * @param name what was measured
	 * @param unexpected how many answers were not those that its callers should get
	 * @return the first cell of a row
	 */
	public static String name(String name, long unexpected) {
		return (unexpected > 0) ? String.format(Locale.ROOT, "%s (%,d unexpected answers)", name, unexpected) : name;
	}

	/**
	 * Adds a line that stands below the table.
	 * @param text what it says
	 */
	public void footnote(String text) {
		this.footnotes.add("");
		this.footnotes.add(text);
	}

	/**
	 * Adds the table to a section.
	 * @param section the section
	 */
	public void print(Section section) {
		section.line("");
		section.line("### " + this.title);
		section.line("");
		this.lines.forEach(section::line);
		this.footnotes.forEach(section::line);
	}

}
