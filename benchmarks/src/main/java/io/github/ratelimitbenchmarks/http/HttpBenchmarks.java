package io.github.ratelimitbenchmarks.http;

import io.github.ratelimitbenchmarks.Options;
import io.github.ratelimitbenchmarks.OwnRedis;
import io.github.ratelimitbenchmarks.Section;

/**
 * Measures applications over HTTP.
 */
public final class HttpBenchmarks {

	private HttpBenchmarks() {
	}

	public static void main(String[] arguments) throws Exception {
		Options options = Options.parse(arguments);
		try (OwnRedis redis = OwnRedis.start()) {
			Section section = new Section("http", options, redis);
			for (Stack stack : Stack.all()) {
				if (options.selects(stack.name())) {
					new StackRun(stack, options, redis).run().print(section);
				}
			}
			section.write(options.out());
		}
	}

}
