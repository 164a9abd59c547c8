package io.github.ratelimit.redis;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;

import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * A link to each primary of a cluster. Which one keeps a key is looked up again when one
 * does not answer, at most once a second, whether or not the application has the client
 * do so at other times.
 */
final class ClusterLinks implements RedisLinks {

	private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final RedisClusterClient client;

	private final StatefulRedisClusterConnection<byte[], byte[]> cluster;

	private final Map<Address, RedisLink> links = new ConcurrentHashMap<>();

	private final AtomicBoolean refreshing = new AtomicBoolean();

	private volatile long refreshed = System.nanoTime() - REFRESH_NANOS;

	ClusterLinks(RedisClusterClient client, StatefulRedisClusterConnection<byte[], byte[]> cluster) {
		this.client = client;
		this.cluster = cluster;
	}

	@Override
	public CompletableFuture<RedisLink> to(byte[] key) {
		RedisClusterNode node = this.cluster.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
		if (node == null) {
			return CompletableFuture
				.failedFuture(new RedisConnectionFailureException("No server of the cluster keeps the key"));
		}
		Address address = new Address(node.getUri().getHost(), node.getUri().getPort());
		try {
			return this.cluster.getConnectionAsync(address.host(), address.port())
				.thenApply((connection) -> link(address, connection));
		}
		catch (RedisException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private RedisLink link(Address address, StatefulRedisConnection<byte[], byte[]> connection) {
		RedisLink known = this.links.get(address);
		if (known != null && known.isOver(connection)) {
			return known;
		}
		return this.links.compute(address,
				(same, last) -> (last != null && last.isOver(connection)) ? last : listening(connection));
	}

	private RedisLink listening(StatefulRedisConnection<byte[], byte[]> connection) {
		RedisLink link = new RedisLink(connection, this.cluster);
		connection.addListener(link);
		return link;
	}

	/** A server that hangs holds up the look-up as well: there is never more than one. */
	@Override
	public void refresh() {
		if (System.nanoTime() - this.refreshed >= REFRESH_NANOS && this.refreshing.compareAndSet(false, true)) {
			this.client.refreshPartitionsAsync().whenComplete((nothing, failure) -> {
				this.refreshed = System.nanoTime();
				this.refreshing.set(false);
			});
		}
	}

	private record Address(String host, int port) {

	}

}
