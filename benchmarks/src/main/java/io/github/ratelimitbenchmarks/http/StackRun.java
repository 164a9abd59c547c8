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

	private final int callers;

	private final List<Started> applications = new ArrayList<>();

	StackRun(Stack stack, Options options, OwnRedis redis) {
		this.stack = stack;
		this.options = options;
		this.redis = redis;
		this.callers = options.either(10_000, 1_000);
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
		StackTable table = new StackTable(
				String.format(Locale.ROOT, "%s: %,d callers, 64 connections", this.stack.name(), this.callers));
		this.applications.forEach((started) -> table.add(started.variant(), started.rounds()));
		return table;
	}

	private void measure() throws IOException {
		for (Started started : this.applications) {
			warmUp(started.application());
		}
		Duration duration = this.options.either(Duration.ofSeconds(4), Duration.ofSeconds(1));
		for (int i = 0; i < this.options.either(5, 2); i++) {
			for (Started started : this.applications) {
				started.rounds().add(HttpRound.of(started.application(), this.redis, this.callers, duration));
			}
		}
	}

	/**
	 * Until it is compiled, so that a request takes hardly less time of it than before,
	 * and each caller has called, so that those who are to be rejected are.
	 */
	private void warmUp(Application application) throws IOException {
		Duration duration = this.options.either(Duration.ofSeconds(10), Duration.ofSeconds(1));
		long called = 0;
		double last = Double.MAX_VALUE;
		for (int i = 0; i < this.options.either(15, 1) || called < this.callers; i++) {
			HttpRound round = HttpRound.of(application, this.redis, this.callers, duration);
			called += round.wrk().requests();
			if (i > 1 && called >= this.callers && round.cpuMicros() > last * SETTLED) {
				return;
			}
			last = Math.min(last, round.cpuMicros());
		}
	}

	private record Started(Variant variant, Application application, List<HttpRound> rounds) {
	}

}
