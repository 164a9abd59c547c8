package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A script that is run now and then, apart from decisions: by commands of Spring Data
 * Redis, which block, on a thread of its own.
 */
final class BlockingScript {

	private final LettuceConnectionFactory connectionFactory;

	private final byte[] source;

	private final Executor thread = new ThreadPoolExecutor(0, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
			(task) -> {
				Thread created = new Thread(task, "ratelimit-script");
				created.setDaemon(true);
				return created;
			});

	BlockingScript(LettuceConnectionFactory connectionFactory, String name) {
		this.connectionFactory = connectionFactory;
		this.source = LuaScript.of(name).source();
	}

	/**
	 * Runs the script.
	 * @param keys its keys, all in one slot of a cluster
	 * @param arguments its arguments
	 * @return the texts that it returns; completed with a failure if Redis does not
	 * answer
	 */
	CompletionStage<List<String>> run(List<String> keys, List<String> arguments) {
		byte[][] all = Stream.concat(keys.stream(), arguments.stream())
			.map((text) -> text.getBytes(StandardCharsets.UTF_8))
			.toArray(byte[][]::new);
		return CompletableFuture.supplyAsync(() -> run(keys.size(), all), this.thread);
	}

	private List<String> run(int keys, byte[][] keysAndArguments) {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			List<byte[]> reply = connection.scriptingCommands()
				.eval(this.source, ReturnType.MULTI, keys, keysAndArguments);
			return (reply != null) ? reply.stream().map((text) -> new String(text, StandardCharsets.UTF_8)).toList()
					: List.of();
		}
	}

}
