package io.github.ratelimitbenchmarks.decisions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import io.github.ratelimitbenchmarks.Options;
import io.github.ratelimitbenchmarks.OwnRedis;

/**
 * Runs a case: all contenders take part in every round, one after the other, so that what
 * disturbs the machine disturbs them all.
 */
final class CaseRun {

	private final Case which;

	private final Options options;

	private final OwnRedis redis;

	private final Meter meter;

	CaseRun(Case which, Options options, OwnRedis redis) {
		this.which = which;
		this.options = options;
		this.redis = redis;
		this.meter = new Meter(redis);
	}

	CaseTable run() throws InterruptedException {
		this.redis.clear();
		CaseTable table = new CaseTable(this.which);
		List<Started> contenders = new ArrayList<>();
		try {
			for (Entrant entrant : this.which.entrants()) {
				start(entrant, contenders, table);
			}
			measure(contenders);
			contenders.forEach((started) -> table.add(started.name(), started.rounds()));
		}
		finally {
			contenders.forEach((started) -> started.contender().close());
		}
		return table;
	}

	/** A variant that this version of a limiter does not know is left out, and said. */
	private void start(Entrant entrant, List<Started> contenders, CaseTable table) throws InterruptedException {
		try {
			Contender contender = entrant.factory().start(this.redis, this.which.traffic());
			contenders.add(new Started(entrant.name(), contender, new ArrayList<>()));
			if (!this.which.traffic().expected()) {
				for (String key : this.which.traffic().keys()) {
					contender.tryAcquire(key);
				}
			}
		}
		catch (ExecutionException | RuntimeException ex) {
			table.leaveOut(entrant.name(), ex);
		}
	}

	private void measure(List<Started> contenders) throws InterruptedException {
		Duration warmUp = this.options.either(Duration.ofSeconds(2), Duration.ofMillis(150));
		for (Started started : contenders) {
			new Run(this.which, this.meter).of(started.contender(), warmUp);
		}
		Duration duration = this.options.either(Duration.ofMillis(1500), Duration.ofMillis(150));
		for (int i = 0; i < this.options.either(5, 3); i++) {
			for (Started started : contenders) {
				started.rounds().add(new Run(this.which, this.meter).of(started.contender(), duration));
			}
		}
	}

	private record Started(String name, Contender contender, List<Round> rounds) {
	}

}
