package io.github.ratelimitbenchmarks.decisions;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

import io.github.ratelimitbenchmarks.OwnRedis;

/**
 * Redisson's RRateLimiter, one per key, whose rates are set before it is measured.
 */
final class RedissonLimiter implements Contender {

	private final RedissonClient client;

	private final Map<String, RRateLimiter> limiters;

	private RedissonLimiter(RedissonClient client, Traffic traffic) {
		this.client = client;
		this.limiters = traffic.keys()
			.stream()
			.collect(Collectors.toMap(Function.identity(), (key) -> client.getRateLimiter("redisson:" + key)));
		CompletableFuture
			.allOf(this.limiters.values()
				.stream()
				.map((limiter) -> limiter.trySetRateAsync(RateType.OVERALL, traffic.permits(), traffic.window())
					.toCompletableFuture())
				.toArray(CompletableFuture<?>[]::new))
			.join();
	}

	static Contender start(OwnRedis redis, Traffic traffic) {
		Config config = new Config();
		config.useSingleServer().setAddress("redis://" + OwnRedis.HOST + ":" + redis.port());
		return new RedissonLimiter(Redisson.create(config), traffic);
	}

	@Override
	public boolean tryAcquire(String key) {
		return limiter(key).tryAcquire();
	}

	@Override
	public CompletionStage<Boolean> tryAcquireAsync(String key) {
		return limiter(key).tryAcquireAsync();
	}

	private RRateLimiter limiter(String key) {
		RRateLimiter limiter = this.limiters.get(key);
		if (limiter == null) {
			throw new IllegalArgumentException("No rate is set for '" + key + "'");
		}
		return limiter;
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

}
