package io.github.ratelimit.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

import io.github.ratelimit.RateLimitStore;

import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A clock that stands still unless a test moves it.
 */
public final class MovableClock implements InstantSource {

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

	@Override
	public Instant instant() {
		return this.now.get();
	}

	public void advance(Duration time) {
		this.now.updateAndGet((instant) -> instant.plus(time));
	}

	/** A store in Redis that goes by this clock. */
	public RateLimitStore store(RedisConnectionFactory connections, String keyPrefix) {
		return new RedisRateLimitStore((LettuceConnectionFactory) connections, keyPrefix,
				RedisRateLimitStore.DEFAULT_BATCH_SIZE, this);
	}

	/** The same, whose values do not expire by the clock of the server. */
	public RateLimitStore lastingStore(LettuceConnectionFactory connections, String keyPrefix) {
		return new LastingStore(connections, keyPrefix, store(connections, keyPrefix));
	}

}
