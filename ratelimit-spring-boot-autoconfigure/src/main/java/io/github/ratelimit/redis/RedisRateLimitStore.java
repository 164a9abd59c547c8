package io.github.ratelimit.redis;

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

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
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
 * decision is one call of the script {@code acquire.lua}, and a settlement one of
 * {@code settle.lua}, on the connection that Spring Data Redis manages, by the clock of
 * the server.
 */
public final class RedisRateLimitStore implements RateLimitStore {

	static final LuaScript ACQUIRE = LuaScript.of("acquire.lua", ScriptOutputType.MULTI);

	static final LuaScript SETTLE = LuaScript.of("settle.lua", ScriptOutputType.VALUE);

	private static final byte[] SERVER_CLOCK = {};

	/** Only code that makes a policy for each call has more, and it is made again. */
	private static final int MAX_POLICIES = 10_000;

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
		arguments[0] = now();
		for (int i = 0; i < charges.size(); i++) {
			Charge charge = charges.get(i);
			EncodedPolicy policy = encoded(charge.policy());
			keys[i] = redisKey(policy, charge.key());
			arguments[2 * i + 1] = policy.argument();
			arguments[2 * i + 2] = bytes(charge.cost());
		}
		return run((commands) -> ACQUIRE.<List<Long>>call(commands, keys, arguments),
				(reply) -> decision(charges, reply));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		List<byte[]> keys = new ArrayList<>();
		List<byte[]> arguments = new ArrayList<>(List.of(now(), bytes(decision.time())));
		List<Charge> charged = decision.charges();
		for (int i = 0; i < charged.size(); i++) {
			long extra = actual.get(i).cost() - charged.get(i).cost();
			if (extra != 0) {
				EncodedPolicy policy = encoded(charged.get(i).policy());
				keys.add(redisKey(policy, charged.get(i).key()));
				arguments.addAll(List.of(policy.argument(), bytes(extra)));
			}
		}
		return keys.isEmpty() ? CompletableFuture.completedFuture(null)
				: run((commands) -> SETTLE.<String>call(commands, keys.toArray(byte[][]::new),
						arguments.toArray(byte[][]::new)), RedisRateLimitStore::nothing);
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return run((commands) -> commands.del(redisKey(encoded(policy), key)).toCompletableFuture(),
				RedisRateLimitStore::nothing);
	}

	/**
	 * Sends a command. Whoever completes the answer before the server does has given up:
	 * what has not been sent by then never is, not even when a connection that was down
	 * comes back.
	 */
	private <T, R> CompletionStage<R> run(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletableFuture<T>> command,
			Function<@Nullable T, R> result) {
		CompletableFuture<R> answer = new CompletableFuture<>();
		this.connections.commands().thenAccept((commands) -> {
			if (!answer.isDone()) {
				CompletableFuture<T> reply = command.apply(commands);
				LuaScript.cancelWith(answer, reply);
				reply.thenApply(result).whenComplete((value, failure) -> {
					if (failure != null) {
						answer.completeExceptionally(typed(failure));
					}
					else {
						answer.complete(value);
					}
				});
			}
		}).whenComplete((sent, failure) -> {
			if (failure != null) {
				answer.completeExceptionally(typed(failure));
			}
		});
		return answer;
	}

	private static @Nullable Void nothing(@Nullable Object reply) {
		return null;
	}

	private static RateLimitStoreException typed(Throwable failure) {
		return new RateLimitStoreException("Redis could not decide",
				(failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure);
	}

	private byte[] now() {
		return (this.clock != null) ? bytes(this.clock.millis()) : SERVER_CLOCK;
	}

	private EncodedPolicy encoded(Policy policy) {
		if (this.policies.size() > MAX_POLICIES) {
			this.policies.clear();
		}
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

}
