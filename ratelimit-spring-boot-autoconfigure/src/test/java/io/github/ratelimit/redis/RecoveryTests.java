package io.github.ratelimit.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.resilience.DeadlineRateLimitStore;

import org.springframework.data.redis.connection.RedisConnection;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of limits when servers are replaced, emptied or rebuilt under load, and
 * that the limiter goes on by itself. Prints the table that the documentation shows.
 */
class RecoveryTests {

	private static final long PERMITS = 3000;

	private static final List<String> TABLE = new ArrayList<>();

	private static int rounds;

	@TempDir
	private Path folder;

	@AfterAll
	static void print() {
		System.out.println("| event | not answered | given twice | lost | recovery |\n|---|---|---|---|---|");
		TABLE.forEach(System.out::println);
	}

	@Test
	void scriptFlushLosesNothingAndFlushAllForgetsOnce() throws Exception {
		try (TestRedis.OwnServer server = TestRedis.own(this.folder)) {
			String[] properties = server.server().properties();
			assertThat(during("SCRIPT FLUSH", properties, (redis) -> redis.scriptingCommands().scriptFlush())).isZero();
			assertThat(during("FLUSHALL", properties, (redis) -> redis.serverCommands().flushAll())).isBetween(1L,
					PERMITS);
			assertThat(during("restart without persistence", properties, (redis) -> {
				server.process().kill();
				server.start();
			})).isBetween(1L, PERMITS);
		}
	}

	@Test
	void sentinelFailover() throws Exception {
		try (RedisSentinel sentinel = new RedisSentinel(this.folder)) {
			assertThat(during("failover by Sentinel, primary killed", sentinel.properties(),
					(redis) -> sentinel.primary().process().kill()))
				.isLessThan(PERMITS);
		}
	}

	@Test
	void clusterThatChanges() throws Exception {
		try (RedisCluster cluster = new RedisCluster(this.folder)) {
			int slot = SlotHash.getSlot("{a}");
			int primary = RedisCluster.primaryOf(slot);
			assertThat(during("slot of a cluster moved", cluster.properties(),
					(redis) -> cluster.move(slot, primary, (primary + 1) % 3)))
				.isZero();
			cluster.move(slot, (primary + 1) % 3, primary);
			assertThat(during("primary of a cluster killed", cluster.properties(),
					(redis) -> cluster.server(primary).process().kill()))
				.isLessThan(PERMITS);
		}
	}

	/**
	 * Has two instances spend all permits, and something happen meanwhile.
	 * @return how many permits were given twice
	 */
	private static long during(String event, String[] properties, Event happening) throws Exception {
		Policy policy = new Policy("recovery" + rounds++, Algorithm.SLIDING_WINDOW,
				new Limit(PERMITS, Duration.ofHours(1)));
		try (RedisApplication one = new RedisApplication(properties);
				RedisApplication other = new RedisApplication(properties);
				Load load = new Load(new Charge(policy, "a"), Stream.of(one, other).map(RecoveryTests::store).toList(),
						2)) {
			load.awaitAllowed(PERMITS / 3);
			try (RedisConnection connection = one.connections().getConnection()) {
				happening.at(connection);
			}
			Duration recovery = load.awaitRecovery();
			load.awaitRejected();
			load.end();
			long twice = Math.max(0, load.allowed() - PERMITS);
			long lost = Math.max(0, PERMITS - load.allowed());
			TABLE
				.add("| %s | %d | %d | %d | %d ms |".formatted(event, load.failed(), twice, lost, recovery.toMillis()));
			assertThat(lost).isLessThanOrEqualTo(load.failed());
			assertThat(recovery).isLessThan(Duration.ofSeconds(30));
			return twice;
		}
	}

	private static RateLimitStore store(RedisApplication application) {
		return new DeadlineRateLimitStore(new RedisRateLimitStore(application.connections(), RedisApplication.PREFIX),
				Duration.ofMillis(100));
	}

	private interface Event {

		void at(RedisConnection redis) throws Exception;

	}

}
