package io.github.ratelimitbenchmarks.decisions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import io.github.ratelimitbenchmarks.Section;
import io.github.ratelimitbenchmarks.Spread;

/**
 * The figures of one case: medians over the rounds.
 */
final class CaseTable {

	private static final String HEAD = """
			| limiter | decisions/s (min–max) | ratio | mean µs | p50 µs | p99 µs | client CPU µs | Redis CPU µs \
			| scripts | commands | bytes |
			|---|---|---|---|---|---|---|---|---|---|---|""";

	private final Case which;

	private final List<String> rows = new ArrayList<>();

	private final List<String> leftOut = new ArrayList<>();

	private List<Round> base = List.of();

	CaseTable(Case which) {
		this.which = which;
	}

	void add(String name, List<Round> rounds) {
		if (this.base.isEmpty()) {
			this.base = rounds;
		}
		long unexpected = rounds.stream().mapToLong((round) -> round.tally().unexpected()).sum();
		String note = (unexpected > 0) ? String.format(Locale.ROOT, " (%,d unexpected answers)", unexpected) : "";
		this.rows.add("| " + String.join(" | ", name + note, Spread.of(rounds, Round::rate).range(), ratio(rounds),
				median(rounds, Round::meanMicros), timed(rounds, Round::p50Micros), timed(rounds, Round::p99Micros),
				median(rounds, Round::cpuMicros), median(rounds, Round::redisMicros), median(rounds, Round::scripts),
				median(rounds, Round::commands), median(rounds, Round::bytes)) + " |");
	}

	void leaveOut(String name, Exception reason) {
		this.leftOut
			.add("Left out: " + name + " (" + String.valueOf(reason.getMessage()).lines().findFirst().orElse("") + ")");
	}

	/** Compares rounds that ran one after the other. */
	private String ratio(List<Round> rounds) {
		List<Double> ratios = IntStream.range(0, rounds.size())
			.mapToObj((round) -> rounds.get(round).rate() / this.base.get(round).rate())
			.toList();
		return Spread.of(ratios, Double::doubleValue).toString();
	}

	private String timed(List<Round> rounds, ToDoubleFunction<Round> figure) {
		return this.which.timed() ? median(rounds, figure) : "–";
	}

	private static String median(List<Round> rounds, ToDoubleFunction<Round> figure) {
		return Spread.of(rounds, figure).toString();
	}

	void print(Section section) {
		section.line("");
		section.line("### " + this.which.title());
		section.line("");
		section.line(HEAD);
		this.rows.forEach(section::line);
		if (!this.leftOut.isEmpty()) {
			section.line("");
			this.leftOut.forEach(section::line);
		}
	}

}
