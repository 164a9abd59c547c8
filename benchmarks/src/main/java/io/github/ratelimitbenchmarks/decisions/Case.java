package io.github.ratelimitbenchmarks.decisions;

import java.util.List;

/**
 * Contenders side by side under one load.
 *
 * @param name what it is called on the command line
 * @param callers who calls
 * @param traffic what they call for
 * @param columns what is told of it
 * @param entrants who is measured; the first is what the others are compared to
 */
record Case(String name, Callers callers, Traffic traffic, List<Column> columns, List<Entrant> entrants) {

	/** Where looking at the clock would take as long as a call. */
	private static final int CALLS_PER_LOOK = 16;

	Case(String name, Callers callers, Traffic traffic, Entrant... entrants) {
		this(name, callers, traffic, Column.REMOTE, List.of(entrants));
	}

	Case with(List<Column> others) {
		return new Case(this.name, this.callers, this.traffic, others, this.entrants);
	}

	int callsPerLook() {
		return this.columns.contains(Column.P50) ? 1 : CALLS_PER_LOOK;
	}

	String title() {
		int keys = this.traffic.keys().size();
		return "%s: %s, %s, %s".formatted(this.name, (keys == 1) ? "one key" : "%,d keys".formatted(keys), this.callers,
				this.traffic.expected() ? "all allowed" : "all rejected");
	}

}
