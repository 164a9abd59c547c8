package io.github.ratelimitbenchmarks.decisions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.ratelimitbenchmarks.Options;
import io.github.ratelimitbenchmarks.OwnRedis;
import io.github.ratelimitbenchmarks.Spread;
import io.github.ratelimitbenchmarks.Table;

/**
 * Memory that Redis needs for a caller: after one call, and after all calls that a limit
 * allows, spread over its window. Each limiter has a server of its own, whose keys are
 * all its own.
 */
final class KeyMemory {

	static final String NAME = "redis-memory";

	private static final int CALLERS = 10;

	private static final int PERMITS = 100;

	private final List<Entrant> entrants;

	private final Traffic traffic;

	KeyMemory(List<Entrant> entrants, Options options) {
		this.entrants = entrants;
		this.traffic = Traffic.of(CALLERS, PERMITS, options.either(Duration.ofMinutes(1), Duration.ofSeconds(10)));
	}

	Table run() throws Exception {
		Table table = new Table("%s: bytes per caller, one limit of %s".formatted(NAME, this.traffic.limit()),
				List.of("limiter", "after one call", "after " + PERMITS + " calls over the window"));
		List<Started> all = new ArrayList<>();
		try {
			for (Entrant entrant : this.entrants) {
				OwnRedis redis = OwnRedis.start();
				all.add(new Started(entrant.name(), redis, entrant.factory().start(redis, this.traffic)));
			}
			List<String> once = callAndWeigh(all);
			List<String> often = once;
			// Ends a little before the first call leaves the window.
			long pause = this.traffic.window().dividedBy(PERMITS + 2).toNanos();
			long next = System.nanoTime();
			for (int i = 1; i < PERMITS; i++) {
				next += pause;
				TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
				often = callAndWeigh(all);
			}
			for (int i = 0; i < all.size(); i++) {
				table.row(List.of(all.get(i).name(), once.get(i), often.get(i)));
			}
			return table;
		}
		finally {
			all.forEach(Started::close);
		}
	}

	/** Weighs at once, since keys that hold little are soon gone. */
	private List<String> callAndWeigh(List<Started> all) throws Exception {
		List<String> bytes = new ArrayList<>();
		for (Started started : all) {
			for (String key : this.traffic.keys()) {
				started.contender().tryAcquire(key);
			}
			bytes.add(Spread.digits((double) started.redis().keyBytes() / CALLERS));
		}
		return bytes;
	}

	private record Started(String name, OwnRedis redis, Contender contender) {

		void close() {
			this.contender.close();
			this.redis.close();
		}

	}

}
