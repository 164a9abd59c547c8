package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Keeps what has been spent in Redis, so that all instances of an application share it. A
 * decision is at most one call of the script {@code acquire.lua}, which those that are
 * asked for at the same time share, and a settlement one of {@code settle.lua}, on the
 * connection that Spring Data Redis manages, by the clock of the server.
 */
public final class RedisRateLimitStore implements RateLimitStore {

	/** How many different calls share one call of the script unless it is said. */
	public static final int DEFAULT_BATCH_SIZE = 64;

	static final LuaScript ACQUIRE = LuaScript.of("acquire.lua");

	static final LuaScript SETTLE = LuaScript.of("settle.lua");

	private static final byte[] SERVER_CLOCK = {};

	/** Only code that makes a policy for each call has more, and it is made again. */
	private static final int MAX_POLICIES = 10_000;

	private final RedisConnections connections;

	private final String keyPrefix;

	private final int batchSize;

	private final @Nullable InstantSource clock;

	private final boolean cluster;

	private final Batching batching = new Batching(this::send);

	private final Map<Policy, EncodedPolicy> policies = new ConcurrentHashMap<>();

	/**
	 * Creates a store that goes by the clock of the Redis server, with batches of
	 * {@value #DEFAULT_BATCH_SIZE} calls.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 */
	public RedisRateLimitStore(LettuceConnectionFactory connectionFactory, String keyPrefix) {
		this(connectionFactory, keyPrefix, DEFAULT_BATCH_SIZE);
	}

	/**
	 * Creates a store that goes by the clock of the Redis server.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 * @param batchSize how many different calls that are made at the same time share one
	 * call of the script; 1 if each has its own
	 */
	public RedisRateLimitStore(LettuceConnectionFactory connectionFactory, String keyPrefix, int batchSize) {
		this(connectionFactory, keyPrefix, batchSize, null);
	}

	/**
	 * Creates a store.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 * @param batchSize how many different calls share one call of the script
	 * @param clock the clock that decisions go by, or null for that of the Redis server
	 */
	RedisRateLimitStore(LettuceConnectionFactory connectionFactory, String keyPrefix, int batchSize,
			@Nullable InstantSource clock) {
		if (keyPrefix.indexOf('{') >= 0 || keyPrefix.indexOf('}') >= 0) {
			throw new IllegalArgumentException("The key prefix '" + keyPrefix + "' contains a brace");
		}
		if (batchSize < 1) {
			throw new IllegalArgumentException("The batch size '" + batchSize + "' is not 1 or more");
		}
		this.connections = new RedisConnections(connectionFactory);
		this.keyPrefix = keyPrefix;
		this.batchSize = batchSize;
		this.clock = clock;
		this.cluster = connectionFactory.isClusterAware();
	}

	@Override
	public String name() {
		return "redis";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		PendingCall call = new PendingCall(charges);
		if (this.batchSize == 1) {
			send(List.of(call));
		}
		else {
			this.batching.add(call);
		}
		return call;
	}

	/** Sends calls at once, as many together as fit. */
	CompletionStage<Void> send(List<PendingCall> calls) {
		List<Batch> batches = batches(calls);
		if (batches.size() == 1) {
			return send(batches.get(0));
		}
		return CompletableFuture.allOf(batches.stream().map(this::send).toArray(CompletableFuture<?>[]::new));
	}

	/** In a cluster, calls can only go together if they go to the same slot. */
	private List<Batch> batches(List<PendingCall> calls) {
		if (this.cluster) {
			return calls.stream()
				.collect(Collectors.groupingBy(ClusterSlots::of))
				.values()
				.stream()
				.flatMap((neighbours) -> inBatches(neighbours).stream())
				.toList();
		}
		return inBatches(calls);
	}

	private List<Batch> inBatches(List<PendingCall> calls) {
		List<Batch> batches = new ArrayList<>(1);
		Batch open = null;
		for (PendingCall call : calls) {
			if (open == null || !open.add(call)) {
				open = new Batch(this.batchSize, calls.size(), this::encoded);
				open.add(call);
				batches.add(open);
			}
		}
		return batches;
	}

	private CompletableFuture<Void> send(Batch batch) {
		CompletableFuture<Void> answer = run(batch.awaited(),
				(commands) -> ACQUIRE.call(commands, batch.keys(), batch.arguments(now())), batch::complete);
		return answer.handle((nothing, failure) -> (failure != null) ? failed(batch, failure) : null);
	}

	/** A script that fails has charged nothing: what fails for one is asked for alone. */
	private @Nullable Void failed(Batch batch, Throwable failure) {
		if (batch.callers().size() > 1 && failure.getCause() instanceof RedisCommandExecutionException) {
			batch.callers().forEach((caller) -> send(List.of(caller)));
		}
		else {
			batch.callers().forEach((caller) -> caller.completeExceptionally(failure));
		}
		return null;
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
		return keys.isEmpty() ? CompletableFuture.completedFuture(null) : run(new CompletableFuture<>(),
				(commands) -> SETTLE.call(commands, keys.toArray(byte[][]::new), arguments.toArray(byte[][]::new)),
				RedisRateLimitStore::nothing);
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return run(new CompletableFuture<>(),
				(commands) -> commands.del(redisKey(encoded(policy), key)).toCompletableFuture(),
				RedisRateLimitStore::nothing);
	}

	/**
	 * Sends a command. Whoever completes the answer before the server does has given up:
	 * what has not been sent by then never is, not even when a connection that was down
	 * comes back.
	 */
	private <T> CompletableFuture<Void> run(CompletableFuture<Void> answer,
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletableFuture<T>> command,
			Consumer<? super T> result) {
		this.connections.commands().thenAccept((commands) -> {
			if (!answer.isDone()) {
				CompletableFuture<T> reply = command.apply(commands);
				LuaScript.cancelWith(answer, reply);
				reply.thenAccept(result).whenComplete((done, failure) -> complete(answer, failure));
			}
		}).whenComplete((sent, failure) -> {
			if (failure != null) {
				complete(answer, failure);
			}
		});
		return answer;
	}

	private static void complete(CompletableFuture<Void> answer, @Nullable Throwable failure) {
		if (failure != null) {
			answer.completeExceptionally(typed(failure));
		}
		else {
			answer.complete(null);
		}
	}

	private static void nothing(Object reply) {
	}

	private static RateLimitStoreException typed(Throwable failure) {
		return new RateLimitStoreException("Redis could not decide",
				(failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure);
	}

	private byte[] now() {
		return (this.clock != null) ? bytes(this.clock.millis()) : SERVER_CLOCK;
	}

	EncodedPolicy encoded(Policy policy) {
		if (this.policies.size() > MAX_POLICIES) {
			this.policies.clear();
		}
		return this.policies.computeIfAbsent(policy, (missing) -> EncodedPolicy.of(this.keyPrefix, missing));
	}

	private byte[] redisKey(EncodedPolicy policy, String key) {
		return policy.key(key).getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] bytes(long number) {
		return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
	}

}
