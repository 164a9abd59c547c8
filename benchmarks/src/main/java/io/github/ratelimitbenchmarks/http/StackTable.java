package io.github.ratelimitbenchmarks.http;

import java.util.List;

import io.github.ratelimitbenchmarks.Section;
import io.github.ratelimitbenchmarks.Spread;
import io.github.ratelimitbenchmarks.Table;

/**
 * The figures of all variants of one application.
 */
final class StackTable {

	private final Table table;

	private List<HttpRound> base = List.of();

	StackTable(String title) {
		this.table = new Table(title, List.of("application", "requests/s (min–max)", "ratio", "p50 µs", "p99 µs",
				"application CPU µs", "Redis CPU µs", "scripts"));
	}

	void add(Variant variant, List<HttpRound> rounds) {
		if (this.base.isEmpty()) {
			this.base = rounds;
		}
		long unexpected = rounds.stream().mapToLong((round) -> round.unexpected(variant)).sum();
		this.table.row(List.of(Table.name(variant.name(), unexpected), Spread.of(rounds, HttpRound::rate).range(),
				Spread.ofRatios(rounds, this.base, HttpRound::rate).toString(),
				Spread.of(rounds, HttpRound::p50).toString(), Spread.of(rounds, HttpRound::p99).toString(),
				Spread.of(rounds, HttpRound::cpuMicros).toString(),
				Spread.of(rounds, HttpRound::redisMicros).toString(),
				Spread.of(rounds, HttpRound::scripts).toString()));
	}

	void print(Section section) {
		this.table.print(section);
	}

}
