package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.protocol.CommandType;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

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

	private static final int SLOTS_PER_QUEUE = 1024;

	private final RedisConnections connections;

	private final String keyPrefix;

	private final int batchSize;

	private final @Nullable InstantSource clock;

	private final RedisBatchListener listener;

	private final boolean cluster;

	/** One for some slots of a cluster each, so that a server that hangs holds up few. */
	private final List<Batching> batchings;

	private final Map<Policy, EncodedPolicy> policies = new ConcurrentHashMap<>();

	/**
	 * Creates a store that goes by the clock of the Redis server, with batches of
	 * {@value #DEFAULT_BATCH_SIZE} calls.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 */
	public RedisRateLimitStore(LettuceConnectionFactory connectionFactory, String keyPrefix) {
		this(connectionFactory, keyPrefix, DEFAULT_BATCH_SIZE, null);
	}

	/**
	 * Creates a store.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 * @param batchSize how many different calls that are made at the same time share one
	 * call of the script; 1 if each has its own
	 * @param clock the clock that decisions go by, for servers that refuse to tell
	 * scripts the time; those of all instances must agree. Or null for that of the Redis
	 * server
	 */
	public RedisRateLimitStore(LettuceConnectionFactory connectionFactory, String keyPrefix, int batchSize,
			@Nullable InstantSource clock) {
		this(connectionFactory, keyPrefix, batchSize, clock, RedisBatchListener.NOBODY);
	}

	/**
	 * Creates a store of which batches are told.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 * @param batchSize how many different calls that are made at the same time share one
	 * call of the script; 1 if each has its own
	 * @param clock the clock that decisions go by, or null for that of the Redis server
	 * @param listener told of every batch
	 */
	public RedisRateLimitStore(LettuceConnectionFactory connectionFactory, String keyPrefix, int batchSize,
			@Nullable InstantSource clock, RedisBatchListener listener) {
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
		this.listener = listener;
		this.cluster = connectionFactory.isClusterAware();
		this.batchings = Stream.generate(() -> new Batching(this::send))
			.limit(this.cluster ? SlotHash.SLOT_COUNT / SLOTS_PER_QUEUE : 1)
			.toList();
	}

	@Override
	public String name() {
		return "redis";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		if (this.cluster && charges.size() > 1) {
			Collection<List<Charge>> parts = bySlot(charges, this::slot);
			if (parts.size() > 1) {
				return SplitCall.of(charges, parts, this::acquireTogether, this::settle);
			}
		}
		return acquireTogether(charges);
	}

	private CompletableFuture<Decision> acquireTogether(List<Charge> charges) {
		PendingCall call = new PendingCall(charges, this.cluster ? slot(charges.get(0)) : 0);
		if (this.batchSize == 1) {
			send(List.of(call));
		}
		else {
			this.batchings.get(call.slot() / SLOTS_PER_QUEUE).add(call);
		}
		return call;
	}

	/** What a cluster can only do together if it is in one slot. */
	private static <T> Collection<List<T>> bySlot(List<T> all, ToIntFunction<T> slot) {
		return all.stream()
			.collect(Collectors.groupingBy(slot::applyAsInt, LinkedHashMap::new, Collectors.toList()))
			.values();
	}

	private int slot(Charge charge) {
		return SlotHash.getSlot(redisKey(encoded(charge.policy()), charge.key()));
	}

	/** Sends calls at once, as many together as fit. */
	CompletionStage<Void> send(List<PendingCall> calls) {
		List<Batch> batches = batches(calls);
		if (batches.size() == 1) {
			return send(batches.get(0));
		}
		return CompletableFuture.allOf(batches.stream().map(this::send).toArray(CompletableFuture<?>[]::new));
	}

	private List<Batch> batches(List<PendingCall> calls) {
		if (this.cluster) {
			return bySlot(calls, PendingCall::slot).stream()
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
		this.listener.onBatch(batch.callers().size());
		byte[][] keys = batch.keys();
		CompletableFuture<Void> answer = this.connections.send(batch.awaited(), keys[0],
				(link) -> ACQUIRE.call(link, keys, batch.arguments(now())), batch::complete);
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
		List<Charge> charged = decision.charges();
		List<Correction> corrections = IntStream.range(0, charged.size())
			.mapToObj((i) -> new Correction(charged.get(i), actual.get(i).cost() - charged.get(i).cost()))
			.filter((correction) -> correction.extra() != 0)
			.toList();
		if (!this.cluster || corrections.isEmpty()) {
			return settle(decision.time(), corrections);
		}
		return CompletableFuture.allOf(bySlot(corrections, (correction) -> slot(correction.charge())).stream()
			.map((neighbours) -> settle(decision.time(), neighbours))
			.toArray(CompletableFuture<?>[]::new));
	}

	private CompletableFuture<Void> settle(long decided, List<Correction> corrections) {
		if (corrections.isEmpty()) {
			return CompletableFuture.completedFuture(null);
		}
		List<byte[]> keys = new ArrayList<>();
		List<byte[]> arguments = new ArrayList<>(List.of(now(), bytes(decided)));
		for (Correction correction : corrections) {
			EncodedPolicy policy = encoded(correction.charge().policy());
			keys.add(redisKey(policy, correction.charge().key()));
			arguments.addAll(List.of(policy.argument(), bytes(correction.extra())));
		}
		return this.connections.send(new CompletableFuture<>(), keys.get(0),
				(link) -> SETTLE.call(link, keys.toArray(byte[][]::new), arguments.toArray(byte[][]::new)),
				RedisRateLimitStore::nothing);
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		byte[] redisKey = redisKey(encoded(policy), key);
		return this.connections.send(new CompletableFuture<>(), redisKey,
				(link) -> link.send(CommandType.DEL, OneTimeCommand.args().addKey(redisKey)).toCompletableFuture(),
				RedisRateLimitStore::nothing);
	}

	private static void nothing(long[] reply) {
	}

	private byte[] now() {
		return (this.clock != null) ? bytes(this.clock.millis()) : SERVER_CLOCK;
	}

	EncodedPolicy encoded(Policy policy) {
		if (this.policies.size() > MAX_POLICIES) {
			this.policies.clear();
		}
		EncodedPolicy known = this.policies.get(policy);
		return (known != null) ? known
				: this.policies.computeIfAbsent(policy, (missing) -> EncodedPolicy.of(this.keyPrefix, missing));
	}

	private static byte[] redisKey(EncodedPolicy policy, String key) {
		return policy.key(key).getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] bytes(long number) {
		return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
	}

	private record Correction(Charge charge, long extra) {

	}

}
