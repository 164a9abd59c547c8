package io.github.ratelimit.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Lettuce's own asynchronous commands over a connection that Spring Data Redis manages.
 * It is asked for one again whenever the last one is not open: once for all callers, and
 * on a thread of its own, since connecting blocks.
 */
final class RedisConnections {

	private static final int MAX_QUEUED = 1000;

	private final LettuceConnectionFactory factory;

	private final Executor connector;

	private final AtomicReference<@Nullable CompletableFuture<Opened>> opening = new AtomicReference<>();

	private final AtomicInteger queued = new AtomicInteger();

	private volatile @Nullable Opened opened;

	RedisConnections(LettuceConnectionFactory factory) {
		this.factory = factory;
		this.connector = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, "ratelimit-connect");
			thread.setDaemon(true);
			return thread;
		});
	}

	CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> commands() {
		Opened current = this.opened;
		if (current == null || !current.link().isOpen()) {
			return open().thenCompose(this::admit);
		}
		if (this.queued.get() > 0) {
			this.queued.set(0);
		}
		return current.ready();
	}

	/**
	 * Commands for a connection that is down wait for it, since it may be back within
	 * their deadline. They lie there until it is, even those that were given up.
	 */
	private CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> admit(Opened current) {
		return (current.link().isOpen() || this.queued.incrementAndGet() <= MAX_QUEUED) ? current.ready()
				: CompletableFuture.failedStage(new RedisConnectionFailureException("The connection is down"));
	}

	private CompletableFuture<Opened> open() {
		CompletableFuture<Opened> mine = new CompletableFuture<>();
		CompletableFuture<Opened> others = this.opening.compareAndExchange(null, mine);
		if (others != null) {
			return others;
		}
		return mine.completeAsync(this::connect, this.connector)
			.whenComplete((connected, failure) -> this.opening.set(null));
	}

	private Opened connect() {
		Opened last = this.opened;
		if (last != null && last.link().isOpen()) {
			return last;
		}
		if (last != null) {
			last.connection().close();
		}
		Opened current = Opened.of(this.factory.getConnection());
		this.opened = current;
		return current;
	}

	private record Opened(RedisConnection connection, StatefulConnection<byte[], byte[]> link,
			CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> ready) {

		/**
		 * Spring Data Redis hands out commands, and only they lead to their connection.
		 */
		@SuppressWarnings({ "unchecked", "deprecation" })
		static Opened of(RedisConnection connection) {
			Object commands = connection.getNativeConnection();
			if (commands instanceof RedisAdvancedClusterAsyncCommands<?, ?> cluster) {
				var typed = (RedisAdvancedClusterAsyncCommands<byte[], byte[]>) cluster;
				return new Opened(connection, typed.getStatefulConnection(), CompletableFuture.completedFuture(typed));
			}
			var typed = (RedisAsyncCommands<byte[], byte[]> & RedisClusterAsyncCommands<byte[], byte[]>) commands;
			return new Opened(connection, typed.getStatefulConnection(), CompletableFuture.completedFuture(typed));
		}

	}

}
