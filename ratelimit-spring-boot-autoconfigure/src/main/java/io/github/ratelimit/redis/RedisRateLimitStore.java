package io.github.ratelimit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Keeps what has been spent in Redis, so that all instances of an application share it. A
 * decision is one call of the script {@code acquire.lua} on the connection that Spring
 * Data Redis manages, by the clock of the server.
 */
public final class RedisRateLimitStore implements RateLimitStore {

	static final byte[] SCRIPT = script();

	private static final String SCRIPT_SHA = Base16.digest(SCRIPT);

	private static final byte[] SERVER_CLOCK = {};

	private final RedisConnections connections;

	private final String keyPrefix;

	private final @Nullable InstantSource clock;

	private final Map<Policy, EncodedPolicy> policies = new ConcurrentHashMap<>();

	/**
	 * Creates a store that goes by the clock of the Redis server.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 */
	public RedisRateLimitStore(LettuceConnectionFactory connectionFactory, String keyPrefix) {
		this(connectionFactory, keyPrefix, null);
	}

	/**
	 * Creates a store.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 * @param clock the clock that decisions go by, or null for that of the Redis server
	 */
	RedisRateLimitStore(LettuceConnectionFactory connectionFactory, String keyPrefix, @Nullable InstantSource clock) {
		if (keyPrefix.indexOf('{') >= 0 || keyPrefix.indexOf('}') >= 0) {
			throw new IllegalArgumentException("The key prefix '" + keyPrefix + "' contains a brace");
		}
		this.connections = new RedisConnections(connectionFactory);
		this.keyPrefix = keyPrefix + "{";
		this.clock = clock;
	}

	@Override
	public String name() {
		return "redis";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		byte[][] keys = new byte[charges.size()][];
		byte[][] arguments = new byte[1 + 2 * charges.size()][];
		arguments[0] = (this.clock != null) ? bytes(this.clock.millis()) : SERVER_CLOCK;
		for (int i = 0; i < charges.size(); i++) {
			Charge charge = charges.get(i);
			EncodedPolicy policy = encoded(charge.policy());
			keys[i] = redisKey(policy, charge.key());
			arguments[2 * i + 1] = policy.argument();
			arguments[2 * i + 2] = bytes(charge.cost());
		}
		return run((commands) -> call(commands, keys, arguments)).thenApply((reply) -> decision(charges, reply));
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return run((commands) -> commands.del(redisKey(encoded(policy), key))).thenAccept((deleted) -> {
		});
	}

	private CompletionStage<List<Long>> call(RedisClusterAsyncCommands<byte[], byte[]> commands, byte[][] keys,
			byte[][] arguments) {
		return commands.<List<Long>>evalsha(SCRIPT_SHA, ScriptOutputType.MULTI, keys, arguments)
			.exceptionallyCompose((failure) -> (cause(failure) instanceof RedisNoScriptException)
					? commands.eval(SCRIPT, ScriptOutputType.MULTI, keys, arguments)
					: CompletableFuture.failedStage(failure));
	}

	private <T> CompletionStage<T> run(Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
		return this.connections.commands()
			.thenCompose(call)
			.exceptionallyCompose((failure) -> CompletableFuture
				.failedStage(new RateLimitStoreException("Redis could not decide", cause(failure))));
	}

	private EncodedPolicy encoded(Policy policy) {
		return this.policies.computeIfAbsent(policy, EncodedPolicy::of);
	}

	private byte[] redisKey(EncodedPolicy policy, String key) {
		return (this.keyPrefix + key + policy.keySuffix()).getBytes(StandardCharsets.UTF_8);
	}

	private static Decision decision(List<Charge> charges, List<Long> reply) {
		List<LimitState> states = new ArrayList<>(reply.size() / 4);
		int at = 2;
		for (Charge charge : charges) {
			for (Limit limit : charge.policy().limits()) {
				long retryAfter = reply.get(at + 1);
				states.add(new LimitState(charge, limit, reply.get(at), (retryAfter < 0) ? null : millis(retryAfter),
						millis(reply.get(at + 2)), millis(reply.get(at + 3))));
				at += 4;
			}
		}
		return new Decision(reply.get(0) == 1, reply.get(1), states);
	}

	private static Duration millis(long millis) {
		return (millis == 0) ? Duration.ZERO : Duration.ofMillis(millis);
	}

	private static byte[] bytes(long number) {
		return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
	}

	private static Throwable cause(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	private static byte[] script() {
		try (InputStream script = RedisRateLimitStore.class.getResourceAsStream("acquire.lua")) {
			if (script == null) {
				throw new IllegalStateException("acquire.lua is missing");
			}
			return script.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
