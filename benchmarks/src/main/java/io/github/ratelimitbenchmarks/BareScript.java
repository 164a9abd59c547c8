package io.github.ratelimitbenchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;

/**
 * One EVALSHA per call over one connection of Lettuce, and nothing else: no deadline, no
 * policies, no metrics. What anything costs beyond this is the limiter's.
 */
public final class BareScript implements AutoCloseable {

	/**
	 * A fixed window that starts with the first call, as one would write it: counts the
	 * call, sets the expiry if it is the first, and answers with allowed, remaining and
	 * the time until the window ends.
	 */
	private static final String FIXED_WINDOW = """
			local limit = tonumber(ARGV[1])
			local count = redis.call('INCR', KEYS[1])
			if count == 1 then
				redis.call('PEXPIRE', KEYS[1], ARGV[2])
			end
			local allowed = 0
			if count <= limit then
				allowed = 1
			end
			return { allowed, math.max(0, limit - count), redis.call('PTTL', KEYS[1]) }
			""";

	/** Looks at nothing: what it costs to call a script at all. */
	private static final String FLOOR = "return { %d, 1, 1 }";

	private final RedisClient client;

	private final RedisAsyncCommands<String, String> commands;

	private final String digest;

	private final String[] arguments;

	private BareScript(RedisURI redis, String script, String... arguments) {
		this.client = RedisClient.create(redis);
		this.commands = this.client.connect().async();
		this.digest = this.commands.digest(script.getBytes(StandardCharsets.UTF_8));
		this.commands.scriptLoad(script).toCompletableFuture().join();
		this.arguments = arguments;
	}

	/**
	 * Connects a limiter.
	 * @param redis the server
	 * @param permits how many calls are allowed per window
	 * @param window how long a window is
	 * @return the limiter
	 */
	public static BareScript limiter(RedisURI redis, long permits, Duration window) {
		return new BareScript(redis, FIXED_WINDOW, String.valueOf(permits), String.valueOf(window.toMillis()));
	}

	/**
	 * Connects what only calls a script.
	 * @param redis the server
	 * @param allowed what it always answers
	 * @return what looks like a limiter
	 */
	public static BareScript floor(RedisURI redis, boolean allowed) {
		return new BareScript(redis, FLOOR.formatted(allowed ? 1 : 0));
	}

	/**
	 * Decides one call, and waits for that.
	 * @param key who is counted
	 * @return whether it is allowed
	 * @throws ExecutionException if Redis cannot say
	 * @throws InterruptedException if the thread was interrupted while it waited
	 */
	public boolean tryAcquire(String key) throws ExecutionException, InterruptedException {
		return allowed(call(key).get());
	}

	/**
	 * Decides one call without waiting.
	 * @param key who is counted
	 * @return whether it is allowed
	 */
	public CompletionStage<Boolean> tryAcquireAsync(String key) {
		return call(key).thenApply(BareScript::allowed);
	}

	private RedisFuture<List<Long>> call(String key) {
		return this.commands.evalsha(this.digest, ScriptOutputType.MULTI, new String[] { "bare:" + key },
				this.arguments);
	}

	private static boolean allowed(List<Long> reply) {
		return reply.get(0) == 1;
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

}
