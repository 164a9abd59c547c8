package io.github.ratelimitbenchmarks.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.ratelimitbenchmarks.Options;
import io.github.ratelimitbenchmarks.OwnRedis;

/**
 * Runs all variants of one application side by side: each is called in every round.
 */
final class StackRun {

	/**
	 * What a request takes of its application falls to a third while that is compiled.
	 */
	private static final double SETTLED = 0.95;

	private final Stack stack;

	private final Options options;

	private final OwnRedis redis;

	private final List<Started> applications = new ArrayList<>();

	StackRun(Stack stack, Options options, OwnRedis redis) {
		this.stack = stack;
		this.options = options;
		this.redis = redis;
	}

	StackTable run() throws IOException, InterruptedException {
		this.redis.clear();
		try {
			for (Variant variant : Variant.all()) {
				this.applications
					.add(new Started(variant, Application.start(this.stack, variant, this.redis), new ArrayList<>()));
			}
			measure();
		}
		finally {
			this.applications.forEach((started) -> started.application().close());
		}
		StackTable table = new StackTable(String.format(Locale.ROOT, "%s: %,d callers, 64 connections",
				this.stack.name(), Variant.all().get(0).callers(this.options)));
		this.applications.forEach((started) -> table.add(started.variant(), started.rounds()));
		return table;
	}

	private void measure() throws IOException {
		for (Started started : this.applications) {
			warmUp(started);
		}
		Duration duration = this.options.either(Duration.ofSeconds(4), Duration.ofSeconds(1));
		for (int i = 0; i < this.options.either(5, 2); i++) {
			for (Started started : this.applications) {
				started.rounds().add(round(started, duration));
			}
		}
	}

	/**
	 * Until it is compiled, so that a request takes hardly less time of it than before,
	 * and each caller has called, so that those who are to be rejected are.
	 */
	private void warmUp(Started started) throws IOException {
		Duration duration = this.options.either(Duration.ofSeconds(10), Duration.ofSeconds(1));
		int callers = started.variant().callers(this.options);
		long called = 0;
		double last = Double.MAX_VALUE;
		for (int i = 0; i < this.options.either(15, 1) || called < callers; i++) {
			HttpRound round = round(started, duration);
			called += round.wrk().requests();
			if (i > 1 && called >= callers && round.cpuMicros() > last * SETTLED) {
				return;
			}
			last = Math.min(last, round.cpuMicros());
		}
	}

	private HttpRound round(Started started, Duration duration) throws IOException {
		return HttpRound.of(started.application(), this.redis, started.variant().callers(this.options), duration);
	}

	private record Started(Variant variant, Application application, List<HttpRound> rounds) {
	}

}
