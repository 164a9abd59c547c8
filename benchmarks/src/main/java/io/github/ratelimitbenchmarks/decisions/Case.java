package io.github.ratelimitbenchmarks.decisions;

import java.util.List;

/**
 * Contenders side by side under one load.
 *
 * @param name what it is called on the command line
 * @param callers who calls
 * @param traffic what they call for
 * @param callsPerLook how many calls a caller makes before it looks at the clock: one
 * where latencies matter, more where looking costs as much as a call
 * @param entrants who is measured; the first is what the others are compared to
 */
record Case(String name, Callers callers, Traffic traffic, int callsPerLook, List<Entrant> entrants) {

	private static final int CALLS_PER_LOOK = 16;

	Case(String name, Callers callers, Traffic traffic, Entrant... entrants) {
		this(name, callers, traffic, 1, List.of(entrants));
	}

	Case withoutLatencies() {
		return new Case(this.name, this.callers, this.traffic, CALLS_PER_LOOK, this.entrants);
	}

	boolean timed() {
		return this.callsPerLook == 1;
	}

	String title() {
		int keys = this.traffic.keys().size();
		return "%s: %s, %s, %s".formatted(this.name, (keys == 1) ? "one key" : "%,d keys".formatted(keys), this.callers,
				this.traffic.expected() ? "all allowed" : "all rejected");
	}

}
