package io.github.ratelimitbenchmarks.decisions;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;

import io.github.ratelimitbenchmarks.OwnRedis;

/**
 * Limiters of one JVM.
 */
final class LocalLimiters {

	private LocalLimiters() {
	}

	/** Buckets of keys in a bounded cache, as one keeps them. */
	static Contender bucket4j(OwnRedis redis, Traffic traffic) {
		Cache<String, Bucket> buckets = Caffeine.newBuilder().maximumSize(100_000).build();
		return (key) -> buckets.get(key, (absent) -> bucket(traffic)).tryConsume(1);
	}

	private static Bucket bucket(Traffic traffic) {
		return Bucket.builder()
			.addLimit((limit) -> limit.capacity(traffic.permits()).refillGreedy(traffic.permits(), traffic.window()))
			.build();
	}

	/** One limiter for everyone: it knows no keys. */
	static Contender resilience4j(OwnRedis redis, Traffic traffic) {
		RateLimiter limiter = RateLimiter.of("api",
				RateLimiterConfig.custom()
					.limitForPeriod((int) traffic.permits())
					.limitRefreshPeriod(traffic.window())
					.timeoutDuration(Duration.ZERO)
					.build());
		return (key) -> limiter.acquirePermission();
	}

	/**
	 * One limiter for everyone: it knows no keys. It spaces calls out instead of counting
	 * them in a window, so what is to be allowed needs a rate above that of the calls.
	 */
	static Contender guava(OwnRedis redis, Traffic traffic) {
		double perSecond = traffic.expected() ? traffic.permits()
				: (double) traffic.permits() / traffic.window().toSeconds();
		var limiter = com.google.common.util.concurrent.RateLimiter.create(perSecond);
		return (key) -> limiter.tryAcquire();
	}

}
