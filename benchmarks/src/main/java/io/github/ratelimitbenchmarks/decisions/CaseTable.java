package io.github.ratelimitbenchmarks.decisions;

import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimitbenchmarks.Section;
import io.github.ratelimitbenchmarks.Spread;
import io.github.ratelimitbenchmarks.Table;

import org.springframework.core.NestedExceptionUtils;

/**
 * The figures of one case.
 */
final class CaseTable {

	private final List<Column> columns;

	private final Table table;

	private List<Round> base = List.of();

	CaseTable(Case which) {
		this.columns = which.columns();
		this.table = new Table(which.title(),
				Stream
					.concat(Stream.of("limiter", "decisions/s (min–max)", "ratio"),
							this.columns.stream().map(Column::title))
					.toList());
	}

	void add(String name, List<Round> rounds) {
		if (this.base.isEmpty()) {
			this.base = rounds;
		}
		long unexpected = rounds.stream().mapToLong((round) -> round.tally().unexpected()).sum();
		this.table.row(Stream.concat(
				Stream.of(Table.name(name, unexpected), Spread.of(rounds, Round::rate).range(),
						Spread.ofRatios(rounds, this.base, Round::rate).toString()),
				this.columns.stream().map((column) -> column.of(rounds)))
			.toList());
	}

	void leaveOut(String name, Exception reason) {
		this.table.footnote("Left out: " + name + ", which does not start: "
				+ NestedExceptionUtils.getMostSpecificCause(reason).getMessage());
	}

	void print(Section section) {
		this.table.print(section);
	}

}
