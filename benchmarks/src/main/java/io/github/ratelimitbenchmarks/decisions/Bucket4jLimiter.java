package io.github.ratelimitbenchmarks.decisions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.proxy.RetryDecision;
import io.github.bucket4j.distributed.proxy.RetryStrategy;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;

import io.github.ratelimitbenchmarks.OwnRedis;

/**
 * Bucket4j over Lettuce: a value is read, changed here, and written if nobody else has
 * changed it, else all over again. Its proxies of keys are kept, since they batch only if
 * callers share them.
 */
final class Bucket4jLimiter implements Contender {

	private static final int LONGEST_BACK_OFF_MICROS = 2000;

	private final RedisClient client;

	private final ProxyManager<byte[]> buckets;

	private final Optimization optimization;

	private final BucketConfiguration configuration;

	private final Map<String, Bucket> kept = new ConcurrentHashMap<>();

	private final Map<String, AsyncBucketProxy> keptAsync = new ConcurrentHashMap<>();

	private Bucket4jLimiter(OwnRedis redis, Traffic traffic, RetryStrategy retries, Optimization optimization) {
		this.client = RedisClient.create(redis.uri());
		this.buckets = Bucket4jLettuce.casBasedBuilder(this.client).retryStrategy(retries).build();
		this.optimization = optimization;
		this.configuration = BucketConfiguration.builder()
			.addLimit((limit) -> limit.capacity(traffic.permits()).refillGreedy(traffic.permits(), traffic.window()))
			.build();
	}

	/** As it comes: without batching, and tried again at once. */
	static Contender defaults(OwnRedis redis, Traffic traffic) {
		return new Bucket4jLimiter(redis, traffic, (attempt) -> RetryDecision.retryImmediately(),
				Optimization.NONE_OPTIMIZED);
	}

	/** As it does best: calls for the same key share a trip, losers wait a little. */
	static Contender batching(OwnRedis redis, Traffic traffic) {
		return new Bucket4jLimiter(redis, traffic, (attempt) -> RetryDecision.retryAfter(backOff(attempt)),
				Optimizations.batching());
	}

	private static Duration backOff(RetryStrategy.RetryMetadata attempt) {
		long ceiling = Math.min(LONGEST_BACK_OFF_MICROS, 50L << Math.min(attempt.getAttemptNumber(), 10));
		return Duration.ofNanos(1000 * ThreadLocalRandom.current().nextLong(1, ceiling));
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.kept.computeIfAbsent(key, this::bucket).tryConsume(1);
	}

	private Bucket bucket(String key) {
		return this.buckets.builder().withOptimization(this.optimization).build(bytes(key), () -> this.configuration);
	}

	@Override
	public CompletionStage<Boolean> tryAcquireAsync(String key) {
		return this.keptAsync.computeIfAbsent(key, this::asyncBucket).tryConsume(1);
	}

	private AsyncBucketProxy asyncBucket(String key) {
		return this.buckets.asAsync()
			.builder()
			.withOptimization(this.optimization)
			.build(bytes(key), () -> CompletableFuture.completedFuture(this.configuration));
	}

	private static byte[] bytes(String key) {
		return ("bucket4j:" + key).getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

}
