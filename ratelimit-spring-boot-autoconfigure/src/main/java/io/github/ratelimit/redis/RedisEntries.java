package io.github.ratelimit.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Texts by name that all instances share, kept in Redis by the script {@code entries.lua}
 * until they are removed. Made for few texts that hardly ever change.
 */
public final class RedisEntries {

	private final BlockingScript script;

	private final String key;

	/**
	 * Creates entries.
	 * @param connectionFactory where connections come from
	 * @param key where they are kept
	 */
	public RedisEntries(LettuceConnectionFactory connectionFactory, String key) {
		this.script = new BlockingScript(connectionFactory, "entries.lua");
		this.key = key;
	}

	/**
	 * Changes a text and looks for changes, in one step.
	 * @param known the version that is known; empty if none is
	 * @param name which text is changed; empty if none is
	 * @param expected the text that has to be there for it to be changed; empty if that
	 * does not matter
	 * @param text what it is to be; empty if there is to be none
	 * @return all texts, with the version under the empty name, if that is not the known
	 * one, else nothing at all; completed with a failure if Redis does not answer
	 */
	public CompletionStage<Map<String, String>> exchange(String known, String name, String expected, String text) {
		return this.script.run(List.of(this.key), List.of(known, name, expected, text, UUID.randomUUID().toString()))
			.thenApply(RedisEntries::pairs);
	}

	private static Map<String, String> pairs(List<String> reply) {
		Map<String, String> pairs = new HashMap<>();
		for (int i = 0; i + 1 < reply.size(); i += 2) {
			pairs.put(reply.get(i), reply.get(i + 1));
		}
		return pairs;
	}

}
