package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The instances of an application that are alive, as they say in Redis themselves by the
 * script {@code alive.lua}.
 */
public final class RedisInstances {

	private static final LuaScript ALIVE = LuaScript.of("alive.lua");

	private final RedisConnections connections;

	private final byte[] key;

	private final byte[] instance = bytes(UUID.randomUUID().toString());

	private final byte[] lifetime;

	private final @Nullable InstantSource clock;

	/**
	 * Creates instances, and says nothing yet.
	 * @param connectionFactory where connections come from
	 * @param keyPrefix what every key in Redis starts with, without braces
	 * @param lifetime how long an instance counts as alive after it has said so
	 * @param clock the clock to go by, or null for that of the Redis server
	 */
	public RedisInstances(LettuceConnectionFactory connectionFactory, String keyPrefix, Duration lifetime,
			@Nullable InstantSource clock) {
		this.connections = new RedisConnections(connectionFactory);
		this.key = bytes(keyPrefix + "instances");
		this.lifetime = bytes(String.valueOf(lifetime.toMillis()));
		this.clock = clock;
	}

	/**
	 * Says that this instance is alive.
	 * @return how many are; completed with a failure if Redis does not tell
	 */
	public CompletionStage<Long> alive() {
		return this.connections.link(this.key)
			.thenCompose((link) -> ALIVE.call(link, new byte[][] { this.key },
					new byte[][] { now(), this.instance, this.lifetime }))
			.thenApply((reply) -> reply[0]);
	}

	private byte[] now() {
		return bytes((this.clock != null) ? String.valueOf(this.clock.millis()) : "");
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
