package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Texts by name that all instances share, kept in Redis by the script {@code entries.lua}
 * until they are removed. Made for few texts that hardly ever change.
 */
public final class RedisEntries {

	private final LettuceConnectionFactory connectionFactory;

	private final String key;

	private final byte[] script = LuaScript.of("entries.lua").source();

	/** Commands of Spring Data Redis block. */
	private final Executor thread = new ThreadPoolExecutor(0, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
			(task) -> {
				Thread created = new Thread(task, "ratelimit-script");
				created.setDaemon(true);
				return created;
			});

	/**
	 * Creates entries.
	 * @param connectionFactory where connections come from
	 * @param key where they are kept
	 */
	public RedisEntries(LettuceConnectionFactory connectionFactory, String key) {
		this.connectionFactory = connectionFactory;
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
		byte[][] keyAndArguments = Stream.of(this.key, known, name, expected, text, UUID.randomUUID().toString())
			.map((argument) -> argument.getBytes(StandardCharsets.UTF_8))
			.toArray(byte[][]::new);
		return CompletableFuture.supplyAsync(() -> pairs(run(keyAndArguments)), this.thread);
	}

	private @Nullable List<byte[]> run(byte[][] keyAndArguments) {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			return connection.scriptingCommands().eval(this.script, ReturnType.MULTI, 1, keyAndArguments);
		}
	}

	private static Map<String, String> pairs(@Nullable List<byte[]> reply) {
		Map<String, String> pairs = new HashMap<>();
		for (int i = 0; reply != null && i + 1 < reply.size(); i += 2) {
			pairs.put(new String(reply.get(i), StandardCharsets.UTF_8),
					new String(reply.get(i + 1), StandardCharsets.UTF_8));
		}
		return pairs;
	}

}
