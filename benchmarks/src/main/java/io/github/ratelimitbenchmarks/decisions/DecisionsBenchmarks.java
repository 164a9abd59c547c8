package io.github.ratelimitbenchmarks.decisions;

import io.github.ratelimitbenchmarks.Options;
import io.github.ratelimitbenchmarks.OwnRedis;
import io.github.ratelimitbenchmarks.Section;

/**
 * Measures decisions of limiters side by side.
 */
public final class DecisionsBenchmarks {

	private DecisionsBenchmarks() {
	}

	public static void main(String[] arguments) throws Exception {
		Options options = Options.parse(arguments);
		try (OwnRedis redis = OwnRedis.start()) {
			Section section = new Section("decisions", options, redis);
			for (Case each : Cases.all()) {
				if (options.selects(each.name()) && each.callers().supported()) {
					new CaseRun(each, options, redis).run().print(section);
				}
			}
			if (options.selects(KeyMemory.NAME)) {
				new KeyMemory(Cases.IN_REDIS, options).run().print(section);
			}
			section.write(options.out());
		}
		// Some limiters leave threads behind.
		System.exit(0);
	}

}
