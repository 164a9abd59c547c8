package io.github.ratelimit.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Meter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.ratelimit.redis.TestRedis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documentation lists the meters that applications have after traffic of all sorts.
 */
@ExtendWith(TestRedis.class)
class MetricsDocumentationTests {

	private static final Path PAGE = Path.of("..", "docs", "metrics.md");

	private static final Pattern ROW = Pattern.compile("^\\| `(ratelimit\\.[a-z.]+)` \\| (\\w+) \\| ([^|]*) \\|",
			Pattern.MULTILINE);

	private static final Pattern WORD = Pattern.compile("`([^`]+)`");

	private static MeteredInstance memory;

	private static MeteredInstance redis;

	private static MeteredInstance broken;

	@BeforeAll
	static void traffic() throws Exception {
		memory = MeteredInstance.inMemory();
		redis = MeteredInstance.inRedis();
		broken = MeteredInstance.withoutStore();
		for (int i = 0; i < 4; i++) {
			memory.get("/api/orders");
			memory.limiter().tryAcquire("knocking", "key");
			redis.limiter().tryAcquire("api", "key");
			broken.limiter().tryAcquire("counted", "key");
			broken.limiter().tryAcquire("open", "key");
		}
		memory.get("/forward");
		memory.limiter().reserve("tokens", "a", 8).settle(3);
		memory.limiter().reserve("tokens", "a", 2).cancel();
	}

	@AfterAll
	static void stop() {
		Stream.of(memory, redis, broken).forEach(MeteredInstance::close);
	}

	@Test
	void tableListsTheMetersOfApplications() throws IOException {
		Map<String, Row> held = new TreeMap<>();
		Stream.of(memory, redis, broken)
			.flatMap(MeteredInstance::meters)
			.forEach((meter) -> held.merge(meter.getId().getName(), Row.of(meter), Row::with));
		assertThat(held).isEqualTo(documented());
	}

	@Test
	void decisionsAreCountedByWhatBecameOfThem() {
		assertThat(memory.count("ratelimit.decisions", "policy", "api", "outcome", "allowed")).isEqualTo(3);
		assertThat(memory.count("ratelimit.decisions", "policy", "api", "outcome", "rejected")).isEqualTo(1);
		assertThat(memory.count("ratelimit.permits.spent", "policy", "api")).isEqualTo(3);
		assertThat(broken.count("ratelimit.decisions", "policy", "counted", "source", "local")).isEqualTo(4);
		assertThat(broken.count("ratelimit.decisions", "policy", "open", "source", "none")).isEqualTo(4);
	}

	@Test
	void bansAreCountedWhenTheyBegin() {
		assertThat(memory.count("ratelimit.bans", "policy", "knocking")).isEqualTo(1);
		assertThat(memory.count("ratelimit.bans")).isEqualTo(1);
	}

	@Test
	void exemptionsAreCountedOncePerRequestWhateverItIsForwardedTo() {
		assertThat(memory.count("ratelimit.decisions", "policy", "inside", "outcome", "exempt")).isEqualTo(4 + 1);
		assertThat(memory.count("ratelimit.decisions", "policy", "inside")).isEqualTo(4 + 1);
	}

	@Test
	void rejectionsWithoutATripAreCounted() {
		assertThat(redis.count("ratelimit.rejections.remembered")).isEqualTo(3);
		assertThat(redis.count("ratelimit.decisions", "outcome", "rejected")).isEqualTo(3);
	}

	private static Map<String, Row> documented() throws IOException {
		Map<String, Row> rows = new TreeMap<>();
		ROW.matcher(Files.readString(PAGE)).results().forEach((row) -> rows.put(row.group(1), Row.of(row)));
		return rows;
	}

	/**
	 * What is said of a meter.
	 *
	 * @param kind its kind
	 * @param tags the keys of its tags, with the values of those that are not names
	 */
	private record Row(String kind, Map<String, Set<String>> tags) {

		private static final List<String> OPEN = List.of("policy", "store");

		static Row of(MatchResult row) {
			Map<String, Set<String>> tags = new TreeMap<>();
			for (String tag : row.group(3).split(";")) {
				List<String> words = WORD.matcher(tag).results().map((word) -> word.group(1)).toList();
				tags.put(words.get(0), values(words.get(0), words.subList(1, words.size())));
			}
			return new Row(row.group(2), tags);
		}

		static Row of(Meter meter) {
			Map<String, Set<String>> tags = new TreeMap<>();
			meter.getId()
				.getTags()
				.forEach((tag) -> tags.put(tag.getKey(), values(tag.getKey(), List.of(tag.getValue()))));
			String type = meter.getId().getType().name().toLowerCase(Locale.ROOT);
			return new Row(type.equals("distribution_summary") ? "distribution" : type, tags);
		}

		private static Set<String> values(String key, List<String> values) {
			return OPEN.contains(key) ? Set.of() : new TreeSet<>(values);
		}

		Row with(Row other) {
			assertThat(List.of(this.kind, this.tags.keySet())).isEqualTo(List.of(other.kind, other.tags.keySet()));
			Map<String, Set<String>> all = new TreeMap<>();
			this.tags.forEach((key, values) -> {
				all.put(key, new TreeSet<>(values));
				all.get(key).addAll(other.tags.get(key));
			});
			return new Row(this.kind, all);
		}

	}

}
