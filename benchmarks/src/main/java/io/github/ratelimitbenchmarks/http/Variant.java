package io.github.ratelimitbenchmarks.http;

import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimitbenchmarks.Options;

/**
 * What limits an application.
 *
 * @param name what it is called in the table
 * @param starter whether the starter is there
 * @param rejecting whether all calls are rejected
 * @param few whether there are few callers, who come again at once
 * @param properties what is configured
 */
record Variant(String name, boolean starter, boolean rejecting, boolean few, List<String> properties) {

	private static final int MANY = 10_000;

	private static final String PLENTY = "1000000000/1h";

	/** The first is what the others are compared to. */
	static List<Variant> all() {
		return List.of(new Variant("no limiter", false, false, false, List.of()),
				new Variant("bare EVALSHA", false, false, false, List.of(BareScriptConfiguration.ENABLED + "=true")),
				new Variant("this starter, one policy", true, false, false, policies(PLENTY, "api")),
				new Variant("this starter, three policies", true, false, false,
						policies(PLENTY, "api", "burst", "quota")),
				new Variant("this starter, all rejected", true, true, false, policies("1/1h", "api")),
				new Variant("this starter, all rejected before security", true, true, false,
						beforeSecurity("1/1h", "api")),
				new Variant("the same, ten callers", true, true, true, beforeSecurity("1/1h", "api")));
	}

	int callers(Options options) {
		return this.few ? 10 : options.either(MANY, 1_000);
	}

	private static List<String> beforeSecurity(String limit, String name) {
		return Stream
			.concat(policies(limit, name).stream(), Stream.of("ratelimit.policies." + name + ".stage=before-security"))
			.toList();
	}

	private static List<String> policies(String limit, String... names) {
		return Stream.concat(Stream.of("ratelimit.store.on-failure=reject"),
				Stream.of(names)
					.map((name) -> "ratelimit.policies." + name)
					.flatMap((policy) -> Stream.of(policy + ".paths=/**", policy + ".limits=" + limit,
							policy + ".key=header:" + BareScriptConfiguration.CALLER)))
			.toList();
	}

}
