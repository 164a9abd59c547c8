package io.github.ratelimitbenchmarks.decisions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimitbenchmarks.Section;
import io.github.ratelimitbenchmarks.Spread;

import org.springframework.core.NestedExceptionUtils;

/**
 * The figures of one case.
 */
final class CaseTable {

	private final Case which;

	private final List<String> rows = new ArrayList<>();

	private final List<String> leftOut = new ArrayList<>();

	private List<Round> base = List.of();

	CaseTable(Case which) {
		this.which = which;
		this.rows.add(row(
				Stream.concat(Stream.of("limiter", "decisions/s (min–max)", "ratio"), Column.titles(which.columns()))));
		this.rows.add("|---".repeat(3 + which.columns().size()) + "|");
	}

	void add(String name, List<Round> rounds) {
		if (this.base.isEmpty()) {
			this.base = rounds;
		}
		long unexpected = rounds.stream().mapToLong((round) -> round.tally().unexpected()).sum();
		String note = (unexpected > 0) ? String.format(Locale.ROOT, " (%,d unexpected answers)", unexpected) : "";
		this.rows.add(row(Stream.concat(Stream.of(name + note, Spread.of(rounds, Round::rate).range(), ratio(rounds)),
				this.which.columns().stream().map((column) -> column.of(rounds)))));
	}

	void leaveOut(String name, Exception reason) {
		this.leftOut.add("Left out: " + name + ", which does not start: "
				+ NestedExceptionUtils.getMostSpecificCause(reason).getMessage());
	}

	/** Compares rounds that ran one after the other. */
	private String ratio(List<Round> rounds) {
		List<Double> ratios = IntStream.range(0, rounds.size())
			.mapToObj((round) -> rounds.get(round).rate() / this.base.get(round).rate())
			.toList();
		return Spread.of(ratios, Double::doubleValue).toString();
	}

	private static String row(Stream<String> cells) {
		return cells.collect(Collectors.joining(" | ", "| ", " |"));
	}

	void print(Section section) {
		section.line("");
		section.line("### " + this.which.title());
		section.line("");
		this.rows.forEach(section::line);
		for (String line : this.leftOut) {
			section.line("");
			section.line(line);
		}
	}

}
