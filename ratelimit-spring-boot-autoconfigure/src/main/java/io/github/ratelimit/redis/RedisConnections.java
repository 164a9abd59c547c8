package io.github.ratelimit.redis;

import java.util.concurrent.locks.ReentrantLock;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Lettuce's own asynchronous commands over a connection that Spring Data Redis manages.
 * It is asked for one again whenever the last one is not open.
 */
final class RedisConnections {

	private final LettuceConnectionFactory factory;

	private final ReentrantLock opening = new ReentrantLock();

	private volatile @Nullable Opened opened;

	RedisConnections(LettuceConnectionFactory factory) {
		this.factory = factory;
	}

	RedisClusterAsyncCommands<byte[], byte[]> commands() {
		Opened current = this.opened;
		return ((current != null && current.usable()) ? current : open()).commands();
	}

	private Opened open() {
		this.opening.lock();
		try {
			Opened current = this.opened;
			if (current == null || !current.usable()) {
				if (current != null) {
					current.connection().close();
				}
				current = Opened.of(this.factory.getConnection());
				this.opened = current;
			}
			return current;
		}
		finally {
			this.opening.unlock();
		}
	}

	private record Opened(RedisConnection connection, StatefulConnection<byte[], byte[]> link,
			RedisClusterAsyncCommands<byte[], byte[]> commands) {

		boolean usable() {
			return this.link.isOpen();
		}

		/**
		 * Spring Data Redis hands out commands, and only they lead to their connection.
		 */
		@SuppressWarnings({ "unchecked", "deprecation" })
		static Opened of(RedisConnection connection) {
			Object commands = connection.getNativeConnection();
			if (commands instanceof RedisAdvancedClusterAsyncCommands<?, ?> cluster) {
				var typed = (RedisAdvancedClusterAsyncCommands<byte[], byte[]>) cluster;
				return new Opened(connection, typed.getStatefulConnection(), typed);
			}
			var typed = (RedisAsyncCommands<byte[], byte[]> & RedisClusterAsyncCommands<byte[], byte[]>) commands;
			return new Opened(connection, typed.getStatefulConnection(), typed);
		}

	}

}
