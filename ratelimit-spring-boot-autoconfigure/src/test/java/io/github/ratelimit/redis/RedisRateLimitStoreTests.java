package io.github.ratelimit.redis;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreContract;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.resilience.DeadlineRateLimitStore;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link RedisRateLimitStore}.
 */
@ExtendWith(TestRedis.class)
class RedisRateLimitStoreTests extends RateLimitStoreContract {

	private static final Policy TWO_PER_MINUTE = new Policy("p", Algorithm.SLIDING_WINDOW,
			new Limit(2, Duration.ofMinutes(1)));

	private final LettuceConnectionFactory connectionFactory = TestRedis.server().connect();

	private final String prefix = "store-tests:" + System.nanoTime() + ":";

	private final RedisRateLimitStore store = new RedisRateLimitStore(this.connectionFactory, this.prefix, batchSize(),
			null);

	/** How many calls share one call of the script. */
	int batchSize() {
		return RedisRateLimitStore.DEFAULT_BATCH_SIZE;
	}

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new RedisRateLimitStore(this.connectionFactory, this.prefix, batchSize(),
				() -> Instant.ofEpochMilli(clock.getAsLong()));
	}

	@Override
	protected RateLimitStore lastingStore(LongSupplier clock) {
		return new LastingStore(this.connectionFactory, this.prefix, store(clock));
	}

	@AfterEach
	void disconnect() {
		this.connectionFactory.destroy();
	}

	@Test
	void s26ScriptFlushDoesNotDisturbTheCount() throws Exception {
		assertThat(acquire(TWO_PER_MINUTE).allowed()).isTrue();
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			connection.scriptingCommands().scriptFlush();
		}
		assertThat(acquire(TWO_PER_MINUTE).allowed()).isTrue();
		assertThat(acquire(TWO_PER_MINUTE).allowed()).isFalse();
	}

	@Test
	void s26RestartOfTheServerDoesNotDisturbTheCount(@TempDir Path folder) throws Exception {
		try (TestRedis.OwnServer own = TestRedis.own(folder)) {
			LettuceConnectionFactory connections = own.server().connect();
			try {
				RedisRateLimitStore store = new RedisRateLimitStore(connections, this.prefix, batchSize(), null);
				List<Charge> charges = List.of(new Charge(TWO_PER_MINUTE, "a"));
				assertThat(store.acquire(charges).toCompletableFuture().get().allowed()).isTrue();
				try (RedisConnection connection = connections.getConnection()) {
					connection.execute("SAVE");
				}
				own.restart();
				await().ignoreExceptions().until(() -> store.probe().toCompletableFuture().get().allowed());
				assertThat(store.acquire(charges).toCompletableFuture().get(20, TimeUnit.SECONDS).allowed()).isTrue();
				assertThat(store.acquire(charges).toCompletableFuture().get(20, TimeUnit.SECONDS).allowed()).isFalse();
			}
			finally {
				connections.destroy();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void s27ValueWithoutTtlHealsWithTheNextCall(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(2, Duration.ofMinutes(1)));
		acquire(policy);
		for (boolean allowed : new boolean[] { true, false }) {
			try (RedisConnection connection = this.connectionFactory.getConnection()) {
				assertThat(connection.keyCommands().persist(key(policy))).isTrue();
				assertThat(acquire(policy).allowed()).isEqualTo(allowed);
				assertThat(connection.keyCommands().pTtl(key(policy))).isBetween(1L, 61_000L);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void s37ValueStaysSmall(Algorithm algorithm) throws Exception {
		AtomicLong now = new AtomicLong(1_700_000_000_000L);
		RedisRateLimitStore store = new RedisRateLimitStore(this.connectionFactory, this.prefix, batchSize(),
				() -> Instant.ofEpochMilli(now.get()));
		Policy policy = new Policy("p", algorithm, new Limit(10_000, Duration.ofMinutes(1)));
		long largest = 0;
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			for (int i = 0; i < 3000; i++) {
				now.addAndGet(50);
				assertThat(store.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture().get().allowed())
					.isTrue();
				largest = Math.max(largest, connection.stringCommands().strLen(key(policy)));
			}
		}
		assertThat(largest).isLessThan(600);
	}

	@Test
	void whatWasSpentStaysSpentWhenPermitsComeBackMoreSlowly() throws Exception {
		Duration second = Duration.ofSeconds(1);
		acquire(new Charge(new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(100, second, 100)), "a", 100));
		Policy lowered = new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(1, second, 100));
		assertThat(acquire(new Charge(lowered, "a", 50)).allowed()).isFalse();
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			assertThat(connection.keyCommands().pTtl(key(lowered))).isBetween(90_000L, 100_000L);
		}
	}

	@Test
	void everyValueHasTheTtlAfterWhichItIsEmpty() throws Exception {
		Policy policy = new Policy("p", Algorithm.TOKEN_BUCKET, new Limit(60, Duration.ofMinutes(1)));
		acquire(policy);
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			assertThat(connection.keyCommands().pTtl(key(policy))).isBetween(1L, 1000L);
		}
	}

	@Test
	void aDecisionIsOneCommandWhateverTheNumberOfPoliciesAndLimits() throws Exception {
		Policy other = new Policy("q", Algorithm.TOKEN_BUCKET, new Limit(5, Duration.ofMinutes(1)),
				new Limit(50, Duration.ofHours(1)), new Limit(500, Duration.ofDays(1)));
		List<Charge> charges = List.of(new Charge(TWO_PER_MINUTE, "a"), new Charge(other, "b"));
		this.store.acquire(charges).toCompletableFuture().get();
		long before = calls("evalsha");
		long evals = calls("eval");
		for (int i = 0; i < 10; i++) {
			this.store.acquire(charges).toCompletableFuture().get();
		}
		assertThat(calls("evalsha") - before).isEqualTo(10);
		assertThat(calls("eval") - evals).isZero();
	}

	@Test
	void goesByTheClockOfTheServer() throws Exception {
		acquire(TWO_PER_MINUTE);
		acquire(TWO_PER_MINUTE);
		assertThat(acquire(TWO_PER_MINUTE).retryAfter()).isBetween(Duration.ofSeconds(55), Duration.ofSeconds(61));
	}

	@Test
	void severalStoresOnOneRedisShareTheirLimits() throws Exception {
		Policy policy = new Policy("shared", Algorithm.SLIDING_WINDOW, new Limit(50, Duration.ofMinutes(1)));
		LettuceConnectionFactory otherConnection = TestRedis.server().connect();
		try {
			RedisRateLimitStore other = new RedisRateLimitStore(otherConnection, this.prefix, batchSize(), null);
			long allowed = IntStream.range(0, 200)
				.mapToObj((i) -> ((i % 2 == 0) ? this.store : other).acquire(List.of(new Charge(policy, "a"))))
				.toList()
				.stream()
				.filter((decision) -> decision.toCompletableFuture().join().allowed())
				.count();
			assertThat(allowed).isEqualTo(50);
		}
		finally {
			otherConnection.destroy();
		}
	}

	@Test
	void keyNamesCallerPolicyAlgorithmAndWindows() throws Exception {
		Policy policy = new Policy("login", Algorithm.TOKEN_BUCKET, new Limit(5, Duration.ofSeconds(90)),
				new Limit(20, Duration.ofHours(1)));
		this.store.acquire(List.of(new Charge(policy, "ip:10.0.0.1"))).toCompletableFuture().get();
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			assertThat(connection.keyCommands().exists(bytes(this.prefix + "{ip:10.0.0.1}:login:tb-90s-1h"))).isTrue();
		}
	}

	@Test
	void unreachableServerIsATypedFailure() {
		LettuceConnectionFactory nowhere = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", 1));
		nowhere.afterPropertiesSet();
		nowhere.start();
		try {
			RedisRateLimitStore store = new RedisRateLimitStore(nowhere, this.prefix, batchSize(), null);
			assertThatThrownBy(
					() -> store.acquire(List.of(new Charge(TWO_PER_MINUTE, "a"))).toCompletableFuture().get())
				.isInstanceOf(ExecutionException.class)
				.hasCauseInstanceOf(RateLimitStoreException.class);
		}
		finally {
			nowhere.destroy();
		}
	}

	@Test
	void callThatWasGivenUpIsNotChargedWhenTheServerIsBack(@TempDir Path folder) throws Exception {
		Policy policy = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(100, Duration.ofHours(1)));
		try (TestRedis.OwnServer own = TestRedis.own(folder)) {
			LettuceConnectionFactory connections = own.server().connect();
			try {
				RateLimitStore store = new DeadlineRateLimitStore(
						new RedisRateLimitStore(connections, this.prefix, batchSize(), null), Duration.ofMillis(20));
				store.probe().toCompletableFuture().exceptionally((failure) -> null).get();
				own.stop();
				for (int i = 0; i < 40; i++) {
					assertThatThrownBy(
							() -> store.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture().get())
						.hasCauseInstanceOf(RateLimitStoreException.class);
				}
				List<CompletableFuture<Decision>> flood = IntStream.range(0, 1500)
					.mapToObj((i) -> store.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture())
					.toList();
				assertThat(flood).allSatisfy(
						(answer) -> assertThatThrownBy(answer::get).hasCauseInstanceOf(RateLimitStoreException.class));
				assertThatThrownBy(() -> store.probe().toCompletableFuture().get())
					.hasRootCauseMessage("The connection is down");
				own.start();
				RedisRateLimitStore patient = new RedisRateLimitStore(connections, this.prefix, batchSize(), null);
				CompletableFuture<Decision> answer = CompletableFuture.failedFuture(new IllegalStateException());
				while (answer.isCompletedExceptionally()) {
					answer = patient.acquire(List.of(new Charge(policy, "a", 0))).toCompletableFuture();
					answer.exceptionally((failure) -> null).get(20, TimeUnit.SECONDS);
				}
				assertThat(answer.get().states().get(0).remaining()).isEqualTo(100);
			}
			finally {
				connections.destroy();
			}
		}
	}

	@Test
	void callThatWasGivenUpIsNotChargedWhenAConnectionIsOpen() throws Exception {
		Policy policy = new Policy("late", Algorithm.SLIDING_WINDOW, new Limit(100, Duration.ofHours(1)));
		CompletableFuture<Decision> answer = this.store.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture();
		answer.completeExceptionally(new TimeoutException());
		assertThat(this.store.acquire(List.of(new Charge(policy, "a", 0)))
			.toCompletableFuture()
			.get(20, TimeUnit.SECONDS)
			.states()
			.get(0)
			.remaining()).isEqualTo(100);
	}

	@Test
	void nobodyWaitsWhileAConnectionIsOpened() throws Exception {
		List<CompletableFuture<Decision>> answers;
		LettuceConnectionFactory factory;
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			factory = new LettuceConnectionFactory(
					new RedisStandaloneConfiguration("127.0.0.1", silent.getLocalPort()));
			factory.afterPropertiesSet();
			factory.start();
			RedisRateLimitStore store = new RedisRateLimitStore(factory, this.prefix, batchSize(), null);
			answers = IntStream.range(0, 50)
				.mapToObj((i) -> store.acquire(List.of(new Charge(TWO_PER_MINUTE, "a"))).toCompletableFuture())
				.toList();
			assertThat(answers).noneMatch(CompletableFuture::isDone);
		}
		assertThat(answers).allSatisfy((answer) -> assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
			.hasCauseInstanceOf(RateLimitStoreException.class));
		factory.destroy();
	}

	@Test
	void connectionIsOpenedAgainAfterTheFactoryWasRestarted() throws Exception {
		acquire(TWO_PER_MINUTE);
		this.connectionFactory.stop();
		this.connectionFactory.start();
		assertThat(acquire(TWO_PER_MINUTE).allowed()).isTrue();
		assertThat(acquire(TWO_PER_MINUTE).allowed()).isFalse();
	}

	@Test
	void connectionMayBeUnshared() throws Exception {
		this.connectionFactory.setShareNativeConnection(false);
		assertThat(acquire(TWO_PER_MINUTE).allowed()).isTrue();
		assertThat(acquire(TWO_PER_MINUTE).allowed()).isTrue();
		assertThat(acquire(TWO_PER_MINUTE).allowed()).isFalse();
	}

	@Test
	void prefixWithBracesIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RedisRateLimitStore(this.connectionFactory, "shop{1}:"))
			.withMessageContaining("shop{1}:");
	}

	private Decision acquire(Policy policy) throws Exception {
		return acquire(new Charge(policy, "a"));
	}

	private Decision acquire(Charge charge) throws Exception {
		return this.store.acquire(List.of(charge)).toCompletableFuture().get();
	}

	private long calls(String command) {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			Properties stats = connection.serverCommands().info("commandstats");
			String calls = stats.getProperty("cmdstat_" + command, "calls=0,");
			return Long.parseLong(calls.substring("calls=".length(), calls.indexOf(',')));
		}
	}

	private byte[] key(Policy policy) {
		return bytes(EncodedPolicy.of(this.prefix, policy).key("a"));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
