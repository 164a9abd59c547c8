package io.github.ratelimit.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.RateLimitStoreException;

import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Links over a connection that Spring Data Redis manages. It is asked for one again
 * whenever the last one is not open: once for all callers, and on a thread of its own,
 * since connecting blocks.
 */
final class RedisConnections {

	private final LettuceConnectionFactory factory;

	private final Executor connector;

	private final AtomicReference<@Nullable CompletableFuture<Opened>> opening = new AtomicReference<>();

	private volatile @Nullable Opened opened;

	RedisConnections(LettuceConnectionFactory factory) {
		this.factory = factory;
		this.connector = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, "ratelimit-connect");
			thread.setDaemon(true);
			return thread;
		});
	}

	/**
	 * The link to the server that keeps a key. Nothing waits behind one that is down.
	 * @param key the key in Redis
	 * @return an open link; fails if there is none
	 */
	CompletionStage<RedisLink> link(byte[] key) {
		Opened current = this.opened;
		if (current != null) {
			CompletableFuture<RedisLink> link = current.links().to(key);
			if (link.isDone() && !link.isCompletedExceptionally() && link.join().isOpen()) {
				return link;
			}
		}
		return open().thenCompose((next) -> next.links().to(key))
			.thenApply(RedisConnections::insistOnOpen)
			.whenComplete((link, failure) -> {
				if (failure != null) {
					refresh();
				}
			});
	}

	/**
	 * Sends a command. Whoever completes the answer before the server does has given up:
	 * what has not been sent by then never is, not even when a connection that was down
	 * comes back.
	 * @param answer completes when the result has been taken, with a
	 * {@link RateLimitStoreException} if there is none
	 * @param key a key that the command is about
	 * @param command sends it over the link to that key
	 * @param result takes the reply
	 */
	CompletableFuture<Void> send(CompletableFuture<Void> answer, byte[] key,
			Function<RedisLink, CompletableFuture<long[]>> command, Consumer<long[]> result) {
		link(key).thenAccept((link) -> {
			if (!answer.isDone()) {
				CompletableFuture<long[]> reply = command.apply(link);
				giveUpWith(answer, reply);
				reply.thenAccept(result).whenComplete((done, failure) -> complete(answer, failure));
			}
		}).whenComplete((sent, failure) -> {
			if (failure != null) {
				complete(answer, failure);
			}
		});
		return answer;
	}

	private void giveUpWith(CompletableFuture<Void> answer, CompletableFuture<long[]> reply) {
		answer.whenComplete((nothing, failure) -> {
			if (failure != null && !reply.isDone()) {
				reply.cancel(false);
				refresh();
			}
		});
	}

	private static void complete(CompletableFuture<Void> answer, @Nullable Throwable failure) {
		if (failure != null) {
			answer.completeExceptionally(typed(failure));
		}
		else {
			answer.complete(null);
		}
	}

	private static RateLimitStoreException typed(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof RedisCommandExecutionException)
				? new RateLimitStoreException("Redis could not decide", cause)
				: RateLimitStoreException.unavailable("Redis does not answer", cause, Duration.ZERO);
	}

	private static RedisLink insistOnOpen(RedisLink link) {
		if (!link.isOpen()) {
			throw new RedisConnectionFailureException("The connection is down");
		}
		return link;
	}

	/** Looks for the servers again, since one does not answer. */
	void refresh() {
		Opened current = this.opened;
		if (current != null) {
			current.links().refresh();
		}
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

	/** A connection that is down may be one that comes back by itself. */
	private Opened connect() {
		Opened last = this.opened;
		if (last != null && last.link().isOpen()) {
			return last;
		}
		if (last != null) {
			last.connection().close();
		}
		RedisConnection connection = this.factory.getConnection();
		StatefulConnection<byte[], byte[]> link = link(connection);
		Opened current = (last != null && last.link() == link) ? new Opened(connection, link, last.links())
				: new Opened(connection, link, links(link));
		this.opened = current;
		return current;
	}

	/** Spring Data Redis hands out commands, and only they lead to their connection. */
	@SuppressWarnings({ "unchecked", "deprecation" })
	private static StatefulConnection<byte[], byte[]> link(RedisConnection connection) {
		Object commands = connection.getNativeConnection();
		if (commands instanceof RedisAdvancedClusterAsyncCommands<?, ?> cluster) {
			return ((RedisAdvancedClusterAsyncCommands<byte[], byte[]>) cluster).getStatefulConnection();
		}
		return ((RedisAsyncCommands<byte[], byte[]>) commands).getStatefulConnection();
	}

	/**
	 * A connection to a primary and its replicas is made of others, of which only the
	 * client tells.
	 */
	private RedisLinks links(StatefulConnection<byte[], byte[]> connection) {
		if (connection instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster) {
			return new ClusterLinks((RedisClusterClient) this.factory.getRequiredNativeClient(), cluster);
		}
		RedisLink link = new RedisLink(connection, connection);
		if (connection instanceof StatefulRedisMasterReplicaConnection) {
			this.factory.getRequiredNativeClient().addListener(link);
		}
		else {
			connection.addListener(link);
		}
		return link;
	}

	private record Opened(RedisConnection connection, StatefulConnection<byte[], byte[]> link, RedisLinks links) {

	}

}
