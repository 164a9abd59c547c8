package io.github.ratelimit.redis;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Counts by name that all instances add up, kept in Redis for some minutes by the script
 * {@code top.lua}: the largest ones.
 */
public final class RedisTopCounts {

	private static final long MINUTE = Duration.ofMinutes(1).toMillis();

	private final BlockingScript script;

	private final String keyPrefix;

	private final long minutes;

	private final InstantSource clock;

	/**
	 * Creates counts.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 * @param time how far back counts are told: whole minutes, the current one with them
	 * @param clock the clock to go by, which those of other instances agree with by and
	 * large
	 */
	public RedisTopCounts(LettuceConnectionFactory connectionFactory, String keyPrefix, Duration time,
			InstantSource clock) {
		this.script = new BlockingScript(connectionFactory, "top.lua");
		this.keyPrefix = keyPrefix;
		this.minutes = time.toMinutes();
		this.clock = clock;
	}

	/**
	 * Adds counts, and tells the largest sums.
	 * @param what what is counted: counts of one kind are added up
	 * @param counts counts by name; may be empty
	 * @param most how many sums are told at most
	 * @return sums by name, the largest first; completed with a failure if Redis does not
	 * answer
	 */
	public CompletionStage<Map<String, Long>> add(String what, Map<String, Long> counts, int most) {
		long now = this.clock.millis() / MINUTE;
		List<String> keys = LongStream.range(0, this.minutes)
			.mapToObj((ago) -> this.keyPrefix + "{" + what + "}:" + (now - ago))
			.toList();
		List<String> arguments = new ArrayList<>(
				List.of(String.valueOf((this.minutes + 1) * MINUTE), String.valueOf(most)));
		counts.forEach((name, count) -> arguments.addAll(List.of(name, String.valueOf(count))));
		return this.script.run(keys, arguments).thenApply(RedisTopCounts::counts);
	}

	private static Map<String, Long> counts(List<String> reply) {
		Map<String, Long> counts = new LinkedHashMap<>();
		for (int i = 0; i + 1 < reply.size(); i += 2) {
			counts.put(reply.get(i), Long.valueOf(reply.get(i + 1)));
		}
		return counts;
	}

}
