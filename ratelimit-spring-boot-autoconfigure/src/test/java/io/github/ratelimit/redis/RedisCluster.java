package io.github.ratelimit.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

import static org.awaitility.Awaitility.await;

/**
 * A cluster of three primaries with a replica each, every one behind a proxy that may
 * spoil its answers.
 */
final class RedisCluster implements AutoCloseable {

	private static final int PRIMARIES = 3;

	private final List<FaultyProxy> proxies = new ArrayList<>();

	private final List<TestRedis.OwnServer> servers = new ArrayList<>();

	private final List<StatefulRedisConnection<String, String>> connections = new ArrayList<>();

	private final List<Integer> buses = new ArrayList<>();

	private final RedisClient client = RedisClient.create();

	RedisCluster(Path folder) throws IOException {
		for (int i = 0; i < 2 * PRIMARIES; i++) {
			addServer(Files.createDirectory(folder.resolve("node" + i)));
		}
		meet();
		for (int i = PRIMARIES; i < 2 * PRIMARIES; i++) {
			String primary = node(i - PRIMARIES).clusterMyId();
			int replica = i;
			await().until(() -> node(replica).clusterNodes().contains(primary));
			node(i).clusterReplicate(primary);
		}
		await().until(() -> IntStream.range(0, 2 * PRIMARIES).allMatch((i) -> ready(node(i))));
		await().until(() -> IntStream.range(PRIMARIES, 2 * PRIMARIES)
			.allMatch((i) -> node(i).info("replication").contains("master_link_status:up")));
	}

	private void addServer(Path folder) {
		int bus = TestRedis.freePort();
		int door = TestRedis.freePort();
		TestRedis.OwnServer server = TestRedis.own(folder, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000",
				"--cluster-port", String.valueOf(bus), "--cluster-announce-port", String.valueOf(door),
				"--cluster-announce-bus-port", String.valueOf(bus), "--repl-diskless-sync-delay", "0",
				"--cluster-replica-validity-factor", "0", "--repl-ping-replica-period", "1", "--loglevel", "warning");
		this.servers.add(server);
		this.proxies.add(new FaultyProxy(door, server.server().port()));
		this.connections.add(this.client.connect(RedisURI.create("redis://127.0.0.1:" + server.server().port())));
		this.buses.add(bus);
	}

	private void meet() {
		int share = SlotHash.SLOT_COUNT / PRIMARIES;
		for (int i = 0; i < PRIMARIES; i++) {
			int last = (i == PRIMARIES - 1) ? SlotHash.SLOT_COUNT : (i + 1) * share;
			node(i).clusterAddSlots(IntStream.range(i * share, last).toArray());
		}
		for (int i = 0; i < this.servers.size(); i++) {
			node(i).dispatch(CommandType.CLUSTER, new StatusOutput<>(StringCodec.UTF8),
					new CommandArgs<>(StringCodec.UTF8).add("MEET")
						.add("127.0.0.1")
						.add(this.servers.get(0).server().port())
						.add(this.buses.get(0)));
		}
	}

	private static boolean ready(RedisCommands<String, String> node) {
		return node.clusterInfo().contains("cluster_state:ok") && node.clusterNodes().lines().count() == 2 * PRIMARIES;
	}

	/** The commands of one server; the first three begin as primaries. */
	RedisCommands<String, String> node(int index) {
		return this.connections.get(index).sync();
	}

	TestRedis.OwnServer server(int index) {
		return this.servers.get(index);
	}

	FaultyProxy proxy(int index) {
		return this.proxies.get(index);
	}

	/** Moves a slot with all that is kept in it from one primary to another. */
	void move(int slot, int from, int to) {
		String source = node(from).clusterMyId();
		String target = node(to).clusterMyId();
		node(to).clusterSetSlotImporting(slot, source);
		node(from).clusterSetSlotMigrating(slot, target);
		for (String key : node(from).clusterGetKeysInSlot(slot, 100)) {
			node(from).migrate("127.0.0.1", server(to).server().port(), key, 0, 1000);
		}
		node(to).clusterSetSlotNode(slot, target);
		node(from).clusterSetSlotNode(slot, target);
	}

	/** Which of the first servers keeps a slot from the beginning. */
	static int primaryOf(int slot) {
		return Math.min(slot / (SlotHash.SLOT_COUNT / PRIMARIES), PRIMARIES - 1);
	}

	/** The properties with which an application finds this cluster. */
	String[] properties() {
		return new String[] { "spring.data.redis.cluster.nodes="
				+ this.proxies.stream().map((proxy) -> "127.0.0.1:" + proxy.port()).collect(Collectors.joining(",")) };
	}

	@Override
	public void close() throws IOException {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		for (FaultyProxy proxy : this.proxies) {
			proxy.close();
		}
		for (TestRedis.OwnServer server : this.servers) {
			server.close();
		}
	}

}
