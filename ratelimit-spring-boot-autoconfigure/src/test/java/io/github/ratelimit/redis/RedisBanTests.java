package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Ban;
import io.github.ratelimit.BanContract;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how {@link RedisRateLimitStore} bans.
 */
@ExtendWith(TestRedis.class)
class RedisBanTests extends BanContract {

	private static final Ban BAN = new Ban(3, Duration.ofMinutes(10), Duration.ofHours(1));

	private final LettuceConnectionFactory connectionFactory = TestRedis.server().connect();

	private final String prefix = "ban-tests:" + System.nanoTime() + ":";

	private final RedisRateLimitStore store = new RedisRateLimitStore(this.connectionFactory, this.prefix);

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new LastingStore(this.connectionFactory, this.prefix, new RedisRateLimitStore(this.connectionFactory,
				this.prefix, 1, () -> Instant.ofEpochMilli(clock.getAsLong())));
	}

	@AfterEach
	void disconnect() {
		this.connectionFactory.destroy();
	}

	/**
	 * Allowed, knocking, and banned: a policy that bans costs the very commands that one
	 * without costs, but that a knock is written where nothing else was, instead of
	 * looking at the TTL.
	 */
	@ParameterizedTest
	@EnumSource
	void noDecisionCostsACommandMore(Algorithm algorithm, @TempDir Path folder) throws Exception {
		Policy without = new Policy("without", algorithm, new Limit(2, Duration.ofMinutes(5)));
		Policy with = new Policy("with", algorithm, new Limit(2, Duration.ofMinutes(5))).with(BAN);
		try (TestRedis.OwnServer own = TestRedis.own(folder)) {
			LettuceConnectionFactory connections = own.server().connect();
			try (RedisConnection connection = connections.getConnection()) {
				RedisRateLimitStore store = new RedisRateLimitStore(connections, this.prefix);
				store.probe().toCompletableFuture().get();
				String one = "evalsha=1, mget=1, %s, time=1";
				String written = "{" + one.formatted("set=1") + "}";
				String looked = "{" + one.replace("%s", "pttl=1") + "}";
				assertThat(commands(connection, store, without, 6)).containsExactly(written, written, looked, looked,
						looked, looked);
				assertThat(commands(connection, store, with, 6)).containsExactly(written, written, written, written,
						written, looked);
			}
			finally {
				connections.destroy();
			}
		}
	}

	private static List<String> commands(RedisConnection connection, RedisRateLimitStore store, Policy policy,
			int calls) throws Exception {
		List<String> commands = new ArrayList<>();
		for (int i = 0; i < calls; i++) {
			connection.serverCommands().resetConfigStats();
			store.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture().get();
			Map<String, Integer> counted = calls(connection);
			if (counted.containsKey("pttl")) {
				counted.remove("set"); // A slow server has rounded the time to live down.
			}
			commands.add(counted.toString());
		}
		return commands;
	}

	private static Map<String, Integer> calls(RedisConnection connection) {
		Map<String, Integer> calls = new TreeMap<>();
		Properties stats = connection.serverCommands().info("commandstats");
		stats.forEach((name, said) -> calls.put(name.toString().substring("cmdstat_".length()),
				Integer.valueOf(said.toString().split("[=,]")[1])));
		calls.keySet().removeIf((name) -> name.startsWith("config") || name.equals("info"));
		return calls;
	}

	@Test
	void valueLastsAsLongAsKnocksAndBansMatter() throws Exception {
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(1, Duration.ofMinutes(1))).with(BAN);
		acquire(policy);
		assertThat(ttl(policy)).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));
		acquire(policy);
		assertThat(ttl(policy)).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
		acquire(policy);
		Decision banned = acquire(policy);
		assertThat(banned.states()).extracting(LimitState::bannedFor).containsExactly(Duration.ofHours(1));
		assertThat(ttl(policy)).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			assertThat(connection.keyCommands().persist(key(policy))).isTrue();
			acquire(policy);
			assertThat(ttl(policy)).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
			assertThat(connection.stringCommands().strLen(key(policy))).isLessThan(80);
		}
	}

	@Test
	void settlementKeepsTheValueForAsLongAsABanMatters() throws Exception {
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(1, Duration.ofMinutes(1))).with(BAN);
		Decision reserved = acquire(policy);
		for (int i = 0; i < 3; i++) {
			acquire(policy);
		}
		this.store.settle(reserved, List.of(new Charge(policy, "a", 0))).toCompletableFuture().get();
		assertThat(ttl(policy)).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
		assertThat(acquire(policy).states().get(0).banned()).isTrue();
	}

	private Decision acquire(Policy policy) throws Exception {
		return this.store.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture().get();
	}

	private Duration ttl(Policy policy) {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			return Duration.ofMillis(connection.keyCommands().pTtl(key(policy)));
		}
	}

	private byte[] key(Policy policy) {
		return EncodedPolicy.of(this.prefix, policy).key("a").getBytes(StandardCharsets.UTF_8);
	}

}
