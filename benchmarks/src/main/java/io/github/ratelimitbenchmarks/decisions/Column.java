package io.github.ratelimitbenchmarks.decisions;

import java.util.List;
import java.util.function.ToDoubleFunction;

import io.github.ratelimitbenchmarks.Spread;

/**
 * A figure of a table: the median over the rounds.
 */
enum Column {

	/** How long a caller waits, which is also how long one decision takes one thread. */
	MEAN("mean µs", Round::meanMicros),

	MEAN_NANOS("mean ns", (round) -> round.meanMicros() * 1e3),

	P50("p50 µs", Round::p50Micros),

	P99("p99 µs", Round::p99Micros),

	CLIENT_CPU("client CPU µs", Round::cpuMicros),

	REDIS_CPU("Redis CPU µs", Round::redisMicros),

	SCRIPTS("scripts", Round::scripts),

	COMMANDS("commands", Round::commands),

	BYTES("bytes", Round::bytes);

	/** What there is to know of a decision in Redis. */
	static final List<Column> REMOTE = List.of(MEAN, P50, P99, CLIENT_CPU, REDIS_CPU, SCRIPTS, COMMANDS, BYTES);

	/** Without what looking at the clock at each call would falsify. */
	static final List<Column> COARSE = List.of(MEAN, CLIENT_CPU, REDIS_CPU, SCRIPTS, COMMANDS, BYTES);

	/** Where there is no Redis. */
	static final List<Column> LOCAL = List.of(MEAN_NANOS, BYTES);

	private final String title;

	private final ToDoubleFunction<Round> figure;

	Column(String title, ToDoubleFunction<Round> figure) {
		this.title = title;
		this.figure = figure;
	}

	String title() {
		return this.title;
	}

	String of(List<Round> rounds) {
		return Spread.of(rounds, this.figure).toString();
	}

}
