package io.github.ratelimit.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;

import static org.awaitility.Awaitility.await;

/**
 * A primary, a replica and three sentinels that watch them.
 */
final class RedisSentinel implements AutoCloseable {

	private static final String NAME = "shop";

	private final TestRedis.OwnServer primary;

	private final TestRedis.OwnServer replica;

	private final List<RedisProcess> sentinels = new ArrayList<>();

	private final List<Integer> ports = new ArrayList<>();

	RedisSentinel(Path folder) throws IOException {
		this.primary = TestRedis.own(Files.createDirectory(folder.resolve("primary")), "--repl-diskless-sync-delay",
				"0");
		int port = this.primary.server().port();
		this.replica = TestRedis.own(Files.createDirectory(folder.resolve("replica")), "--repl-diskless-sync-delay",
				"0", "--replicaof", "127.0.0.1 " + port);
		await().until(() -> ask(this.replica, "replication").contains("master_link_status:up"));
		for (int i = 0; i < 3; i++) {
			addSentinel(Files.createDirectory(folder.resolve("sentinel" + i)), port);
		}
		await().until(() -> this.ports.stream().allMatch(RedisSentinel::knowsAll));
	}

	private void addSentinel(Path folder, int primaryPort) throws IOException {
		int port = TestRedis.freePort();
		Path file = Files.writeString(folder.resolve("sentinel.conf"), """
				port %d
				bind 127.0.0.1
				dir %s
				sentinel monitor %4$s 127.0.0.1 %3$d 2
				sentinel down-after-milliseconds %4$s 1000
				sentinel failover-timeout %4$s 5000
				""".formatted(port, folder, primaryPort, NAME));
		this.ports.add(port);
		this.sentinels.add(RedisProcess.start(new TestRedis.Server("a sentinel", "127.0.0.1", port),
				List.of(TestRedis.binary().toString(), file.toString(), "--sentinel")));
	}

	private static boolean knowsAll(int port) {
		return ask(port, "sentinel").contains("slaves=1,sentinels=3");
	}

	static String ask(TestRedis.OwnServer server, String section) {
		return ask(server.server().port(), section);
	}

	private static String ask(int port, String section) {
		try (RedisClient client = RedisClient.create(RedisURI.create("redis://127.0.0.1:" + port))) {
			return client.connect().sync().info(section);
		}
	}

	TestRedis.OwnServer primary() {
		return this.primary;
	}

	TestRedis.OwnServer replica() {
		return this.replica;
	}

	/** The properties with which an application finds these servers. */
	String[] properties() {
		return new String[] { "spring.data.redis.sentinel.master=" + NAME, "spring.data.redis.sentinel.nodes="
				+ this.ports.stream().map((port) -> "127.0.0.1:" + port).collect(Collectors.joining(",")) };
	}

	@Override
	public void close() throws IOException {
		for (RedisProcess sentinel : this.sentinels) {
			sentinel.stop();
		}
		this.replica.close();
		this.primary.close();
	}

}
