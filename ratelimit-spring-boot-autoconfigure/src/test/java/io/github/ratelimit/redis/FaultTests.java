package io.github.ratelimit.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.resilience.DeadlineRateLimitStore;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of decisions while the way to Redis, or Redis itself, is broken. Prints
 * the table that the documentation shows.
 */
class FaultTests {

	private static final Duration DEADLINE = Duration.ofMillis(100);

	private static final long WHILE_BROKEN_MILLIS = 1000;

	private static final List<String> TABLE = new ArrayList<>();

	private final List<LettuceConnectionFactory> factories = new ArrayList<>();

	private final String prefix = "faults:" + System.nanoTime() + ":";

	@TempDir
	private Path folder;

	@AfterAll
	static void print() {
		System.out.println("| fault | load | stalled at most | wrong decisions | recovery |\n|---|---|---|---|---|");
		TABLE.forEach(System.out::println);
	}

	@AfterEach
	void disconnect() {
		this.factories.forEach(LettuceConnectionFactory::destroy);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void spoiltAnswersChargeAtMostOnceAndCostAtMostTheDeadline(FaultyProxy.Fault fault) throws Exception {
		Policy policy = new Policy("plenty", Algorithm.FIXED_WINDOW, new Limit(1_000_000, Duration.ofHours(1)));
		Charge charge = new Charge(policy, fault.name());
		TestRedis.Server server = TestRedis.server();
		try (FaultyProxy proxy = new FaultyProxy(server.port())) {
			RateLimitStore store = instance(new TestRedis.Server("a proxy", "127.0.0.1", proxy.port()));
			try (Load load = new Load(charge, List.of(store), 8)) {
				load.awaitAllowed(100);
				load.forgetLongest();
				proxy.spoil(fault);
				TimeUnit.MILLISECONDS.sleep(WHILE_BROKEN_MILLIS);
				proxy.spoil(FaultyProxy.Fault.NONE);
				Duration recovery = load.awaitRecovery();
				load.awaitAllowed(100);
				load.end();
				long wrong = wrong(load, spent(instance(server), charge));
				row(fault.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " of answers", "8 threads", load, wrong,
						recovery);
				assertThat(proxy.spoilt()).isPositive();
				assertThat(load.failed()).isPositive();
				assertThat(wrong).isZero();
				assertThat(load.longest()).isLessThan(DEADLINE.plusMillis(900));
				assertThat(recovery).isLessThan(Duration.ofSeconds(10));
			}
		}
	}

	@Test
	void frozenServerCostsTheDeadlineAndLosesNothing() throws Exception {
		Policy policy = new Policy("plenty", Algorithm.SLIDING_WINDOW, new Limit(1_000_000, Duration.ofHours(1)));
		Charge charge = new Charge(policy, "frozen");
		try (TestRedis.OwnServer server = TestRedis.own(this.folder)) {
			RateLimitStore store = instance(server.server());
			try (Load load = new Load(charge, List.of(store), 64)) {
				load.awaitAllowed(100);
				load.forgetLongest();
				server.process().freeze();
				TimeUnit.MILLISECONDS.sleep(2 * WHILE_BROKEN_MILLIS);
				server.process().thaw();
				Duration recovery = load.awaitRecovery();
				load.awaitAllowed(100);
				load.end();
				long wrong = wrong(load, spent(store, charge));
				row("server frozen for 2 s", "64 threads", load, wrong, recovery);
				assertThat(wrong).isZero();
				assertThat(load.longest()).isLessThan(DEADLINE.plusMillis(900));
			}
		}
	}

	@Test
	void killedServersGiveNoMoreThanThePermitsAgainEachTime() throws Exception {
		long permits = 50;
		int kills = 5;
		Charge charge = new Charge(new Policy("few", Algorithm.SLIDING_WINDOW, new Limit(permits, Duration.ofHours(1))),
				"a");
		try (TestRedis.OwnServer server = TestRedis.own(this.folder)) {
			List<RateLimitStore> instances = Stream.generate(() -> instance(server.server())).limit(4).toList();
			try (Load load = new Load(charge, instances, 2)) {
				Duration slowest = Duration.ZERO;
				load.awaitRejected();
				assertThat(load.allowed()).isBetween(permits - load.failed(), permits);
				load.forgetLongest();
				for (int i = 0; i < kills; i++) {
					server.process().kill();
					server.start();
					Duration recovery = load.awaitRecovery();
					slowest = (recovery.compareTo(slowest) > 0) ? recovery : slowest;
					load.awaitRejected();
					assertThat(load.allowed()).isLessThanOrEqualTo(permits * (i + 2));
				}
				load.end();
				long wrong = Math.max(0, load.allowed() - permits * (kills + 1));
				row("kill −9 and restart, " + kills + " times", "4 instances, 8 threads", load, wrong, slowest);
				assertThat(wrong).isZero();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void clockThatIsSetBackGivesNothingBack(Algorithm algorithm) {
		AtomicLong now = new AtomicLong(1_700_000_000_000L);
		RateLimitStore store = new RedisRateLimitStore(connect(TestRedis.server()), this.prefix, 1,
				() -> Instant.ofEpochMilli(now.get()));
		Policy policy = new Policy("clock", algorithm, new Limit(10, Duration.ofMinutes(1)));
		Charge all = new Charge(policy, "a", 10);
		Charge one = new Charge(policy, "a");
		assertThat(decide(store, all).allowed()).isTrue();
		now.addAndGet(-Duration.ofHours(1).toMillis());
		assertThat(decide(store, one).allowed()).isFalse();
		now.addAndGet(Duration.ofHours(2).toMillis());
		assertThat(decide(store, all).allowed()).isTrue();
		assertThat(decide(store, one).allowed()).isFalse();
		now.addAndGet(-Duration.ofHours(1).toMillis());
		assertThat(decide(store, one).allowed()).isFalse();
	}

	@Test
	void manyKeysAllEndByThemselves() throws Exception {
		int keys = 1_000_000;
		Policy policy = new Policy("api", Algorithm.SLIDING_WINDOW, new Limit(100, Duration.ofMinutes(10)));
		try (TestRedis.OwnServer server = TestRedis.own(this.folder)) {
			LettuceConnectionFactory connections = connect(server.server());
			RedisRateLimitStore store = new RedisRateLimitStore(connections, "ratelimit:shop:");
			decide(store, new Charge(policy, "first"));
			long before = info(connections, "memory", "used_memory");
			long heapBefore = heap();
			for (int from = 0; from < keys; from += 10_000) {
				CompletableFuture
					.allOf(IntStream.range(from, from + 10_000)
						.mapToObj((i) -> store.acquire(List.of(new Charge(policy, "ip:2001:db8::" + i))))
						.map((answer) -> answer.toCompletableFuture())
						.toArray(CompletableFuture<?>[]::new))
					.join();
			}
			long each = (info(connections, "memory", "used_memory") - before) / keys;
			long heap = heap() - heapBefore;
			System.out
				.println(keys + " keys take " + each + " bytes of Redis each, and " + heap + " of this JVM in all");
			assertThat(heap).isLessThan(50_000_000);
			try (RedisConnection connection = connections.getConnection()) {
				assertThat(connection.serverCommands().info("keyspace").getProperty("db0"))
					.startsWith("keys=" + (keys + 1) + ",expires=" + (keys + 1) + ",");
			}
			assertThat(each).isBetween(50L, 400L);
		}
	}

	private RateLimitStore instance(TestRedis.Server server) {
		RateLimitStore store = new DeadlineRateLimitStore(new RedisRateLimitStore(connect(server), this.prefix),
				DEADLINE);
		store.probe().toCompletableFuture().exceptionally((failure) -> null).join();
		return store;
	}

	private LettuceConnectionFactory connect(TestRedis.Server server) {
		LettuceConnectionFactory factory = server.connect();
		this.factories.add(factory);
		return factory;
	}

	/**
	 * How many calls were allowed and not charged, or charged more often than they can
	 * have been: only those that were not answered may have been charged or not.
	 */
	private static long wrong(Load load, long spent) {
		return Math.max(0, load.allowed() - spent) + Math.max(0, spent - load.allowed() - load.failed());
	}

	private static long spent(RateLimitStore store, Charge charge) {
		Policy policy = charge.policy();
		return policy.limits().get(0).permits()
				- decide(store, new Charge(policy, charge.key(), 0)).states().get(0).remaining();
	}

	private static Decision decide(RateLimitStore store, Charge charge) {
		return store.acquire(List.of(charge)).toCompletableFuture().join();
	}

	private static long info(LettuceConnectionFactory connections, String section, String property) {
		try (RedisConnection connection = connections.getConnection()) {
			Properties info = connection.serverCommands().info(section);
			return Long.parseLong(info.getProperty(property));
		}
	}

	/** What is left of the heap after a collection. */
	private static long heap() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	private static void row(String fault, String callers, Load load, long wrong, Duration recovery) {
		TABLE.add("| %s | %s | %d ms | %d | %d ms |".formatted(fault, callers, load.longest().toMillis(), wrong,
				recovery.toMillis()));
	}

}
