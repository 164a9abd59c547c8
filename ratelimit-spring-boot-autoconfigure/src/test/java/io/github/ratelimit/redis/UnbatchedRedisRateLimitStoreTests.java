package io.github.ratelimit.redis;

/**
 * Tests of {@link RedisRateLimitStore} when each call has a trip of its own.
 */
class UnbatchedRedisRateLimitStoreTests extends RedisRateLimitStoreTests {

	@Override
	int batchSize() {
		return 1;
	}

}
