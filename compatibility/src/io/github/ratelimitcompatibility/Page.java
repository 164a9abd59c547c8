package io.github.ratelimitcompatibility;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page of the documentation that says what was found.
 */
final class Page {

	private static final String TEXT = """
			# Versions

			Spring Boot 4.0 and 4.1, Java 17 and later, Tomcat, Jetty and Netty. One artefact, built against Spring Boot %1$s for Java 17, ran in all these
			applications, each in a JVM of its own with a Redis %2$s of its own. One command runs them and writes this page:

			```
			JDKS="<home of a JDK> <home of another>" compatibility/run
			```

			| application | %3$s |
			|---|%4$s|
			%5$s
			**yes**: the application starts; the fourth call of a limit `3/1m` gets 429 with `Retry-After`, `RateLimit`, `RateLimit-Policy` and a problem detail; a bean
			with `@RateLimit` is limited; the keys are in Redis, or, without it, a line at the start says that they are in memory; %6$d more calls at once are all
			allowed; no error is logged, not at the stop either. Without Jackson, or another library that writes JSON, the 429 has all its fields and no body. On
			virtual threads: they handle the requests, and during %7$d times as many calls the JVM records none that is pinned (`jdk.VirtualThreadPinned`) below a
			method of this library.

			**refuses**: the application does not start, and says what to do. Limits are shared by connections of Lettuce; with those of Jedis alone each instance
			would count for itself, and nobody would know. Lettuce may stand beside Jedis, with `spring.data.redis.client-type=lettuce`. Who means memory, says
			`ratelimit.store.type=memory`.

			The application and the table of variants are in `compatibility/`. `BOOT_VERSIONS` takes other versions; an argument picks the applications whose name
			has it, and writes nothing.
			""";

	private final List<Jdk> jdks;

	private final List<String> versions;

	private final StringBuilder rows = new StringBuilder();

	Page(List<Jdk> jdks, List<String> versions) {
		this.jdks = jdks;
		this.versions = versions;
	}

	void row(String title, List<Future<String>> cells) throws ExecutionException, InterruptedException {
		this.rows.append("| ").append(title);
		for (Future<String> cell : cells) {
			this.rows.append(" | ").append(cell.get());
		}
		this.rows.append(" |\n");
	}

	String text(String libraryBoot, String redis) {
		List<String> columns = this.versions.stream()
			.flatMap((version) -> this.jdks.stream().map((jdk) -> version + ", JDK " + jdk.version()))
			.toList();
		return TEXT.formatted(libraryBoot, redis, String.join(" | ", columns),
				Stream.generate(() -> "---").limit(columns.size()).collect(Collectors.joining("|")), this.rows,
				Check.CALLS_AT_ONCE, Check.ROUNDS_ON_VIRTUAL_THREADS);
	}

}
