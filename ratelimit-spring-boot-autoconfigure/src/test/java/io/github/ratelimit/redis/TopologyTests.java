package io.github.ratelimit.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Two instances of an application find Redis by properties alone, and share exact limits.
 */
class TopologyTests {

	private static final Policy HUNDRED = new Policy("hundred", Algorithm.SLIDING_WINDOW,
			new Limit(100, Duration.ofHours(1)));

	private static final Policy TEN = new Policy("ten", Algorithm.TOKEN_BUCKET, new Limit(10, Duration.ofHours(10)));

	private static final String REPLICAS_PREFERRED = "spring.data.redis.lettuce.read-from=replica-preferred";

	private static final String[] USER = { "spring.data.redis.username=ratelimit",
			"spring.data.redis.password=secret" };

	@TempDir
	private Path folder;

	@Test
	void password() throws Exception {
		try (TestRedis.OwnServer server = TestRedis.own(this.folder, "--requirepass", "secret")) {
			shareLimits(and(server.server().properties(), "spring.data.redis.password=secret"));
		}
	}

	@Test
	void userWithTheRightsThatTheDocumentationNames() throws Exception {
		try (TestRedis.OwnServer server = TestRedis.own(this.folder);
				RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", server.server().port()))) {
			addUser(client.connect().sync());
			String[] properties = and(server.server().properties(), USER);
			shareLimits(properties);
			try (RedisApplication application = new RedisApplication(properties);
					var connection = application.connections().getConnection()) {
				assertThatThrownBy(() -> connection.serverCommands().flushAll()).rootCause()
					.hasMessageContaining("NOPERM");
				assertThatThrownBy(() -> connection.keyCommands().del("other".getBytes(StandardCharsets.UTF_8)))
					.rootCause()
					.hasMessageContaining("NOPERM");
			}
		}
	}

	/** Runs the line that the documentation shows. */
	private static void addUser(RedisCommands<String, String> server) throws IOException {
		String line = Files.readString(Path.of("..", "docs", "redis.md"))
			.lines()
			.filter((text) -> text.startsWith("ACL SETUSER ratelimit "))
			.findFirst()
			.orElseThrow();
		CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
		Arrays.stream(line.split(" ")).skip(1).forEach(args::add);
		server.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
	}

	@Test
	void tls() throws Exception {
		int port = TestRedis.freePort();
		Path certificate = certificate();
		try (TestRedis.OwnServer server = TestRedis.own(this.folder, "--tls-port", String.valueOf(port),
				"--tls-cert-file", certificate.toString(), "--tls-key-file", certificate.toString(),
				"--tls-ca-cert-file", certificate.toString(), "--tls-auth-clients", "no")) {
			assertThat(server.server().answers()).isTrue();
			String[] properties = { "spring.data.redis.host=localhost", "spring.data.redis.port=" + port,
					"spring.data.redis.ssl.bundle=redis",
					"spring.ssl.bundle.pem.redis.truststore.certificate=file:" + certificate };
			shareLimits(properties);
			try (RedisApplication application = new RedisApplication(properties);
					var connection = application.connections().getConnection()) {
				assertThat(connection.serverCommands().info("clients").getProperty("connected_clients")).isNotNull();
			}
			assertThatThrownBy(() -> new RedisApplication("spring.data.redis.host=localhost",
					"spring.data.redis.port=" + port, "spring.data.redis.ssl.enabled=true"))
				.hasStackTraceContaining("PKIX path building failed");
		}
	}

	@Test
	void sentinel() throws Exception {
		try (RedisSentinel sentinel = new RedisSentinel(this.folder)) {
			shareLimits(sentinel.properties());
			String[] replicas = and(sentinel.properties(), REPLICAS_PREFERRED);
			shareLimits(replicas);
			assertThat(RedisSentinel.ask(sentinel.replica(), "commandstats")).doesNotContain("cmdstat_evalsha");
		}
	}

	@Test
	void cluster() throws Exception {
		try (RedisCluster cluster = new RedisCluster(this.folder)) {
			shareLimits(and(cluster.properties(), REPLICAS_PREFERRED));
			spreadCharges(cluster);
			for (int i = 0; i < 6; i++) {
				addUser(cluster.node(i));
			}
			shareLimits(and(cluster.properties(), USER));
			for (int i = 0; i < 3; i++) {
				assertThat(cluster.node(i).info("commandstats")).contains("cmdstat_evalsha");
				assertThat(cluster.node(i + 3).info("commandstats")).doesNotContain("cmdstat_evalsha");
			}
		}
	}

	/**
	 * Charges of one call, and calls made at the same time, that no single server keeps.
	 */
	private static void spreadCharges(RedisCluster cluster) {
		try (RedisApplication application = new RedisApplication(cluster.properties())) {
			List<CompletableFuture<Decision>> many = IntStream.range(0, 1000)
				.mapToObj((i) -> application.store().acquire(List.of(new Charge(HUNDRED, "many" + i % 500))))
				.map((stage) -> stage.toCompletableFuture())
				.toList();
			assertThat(many).allMatch((answer) -> answer.join().allowed());
			assertThat(remaining(application, new Charge(HUNDRED, "many7", 0))).isEqualTo(98);
			Charge one = new Charge(HUNDRED, "one", 3);
			Charge other = new Charge(TEN, "other", 4);
			Charge third = new Charge(HUNDRED, "third");
			for (int i = 1; i <= 2; i++) {
				Decision decision = application.acquire(one, other, third);
				assertThat(decision.allowed()).isTrue();
				assertThat(decision.charges()).containsExactly(one, other, third);
				assertThat(decision.states()).extracting("remaining")
					.containsExactly(100L - 3 * i, 10L - 4 * i, 100L - i);
			}
			Decision rejected = application.acquire(one, other, third);
			assertThat(rejected.allowed()).isFalse();
			assertThat(rejected.exhausted()).singleElement().extracting("charge").isEqualTo(other);
			assertThat(rejected.states()).extracting("remaining").containsExactly(94L, 2L, 98L);
			assertThat(rejected.retryAfter()).isBetween(Duration.ofMinutes(119), Duration.ofHours(2));
			await().untilAsserted(() -> {
				assertThat(remaining(application, new Charge(HUNDRED, "one", 0))).isEqualTo(94);
				assertThat(remaining(application, new Charge(HUNDRED, "third", 0))).isEqualTo(98);
			});
			Decision settled = application.acquire(one, third);
			application.store()
				.settle(settled, List.of(new Charge(HUNDRED, "one", 1), new Charge(HUNDRED, "third", 0)))
				.toCompletableFuture()
				.join();
			assertThat(remaining(application, new Charge(HUNDRED, "one", 0))).isEqualTo(93);
			assertThat(remaining(application, new Charge(HUNDRED, "third", 0))).isEqualTo(98);
		}
	}

	private static long remaining(RedisApplication application, Charge charge) {
		return application.acquire(charge).states().get(0).remaining();
	}

	/**
	 * As many permits as there are, from two instances at the same time, and not one
	 * more.
	 */
	private static void shareLimits(String... properties) {
		try (RedisApplication one = new RedisApplication(properties);
				RedisApplication other = new RedisApplication(properties)) {
			for (String key : List.of("a", "b", "c", "d")) {
				one.store().reset(HUNDRED, key).toCompletableFuture().join();
				List<CompletableFuture<Decision>> answers = IntStream.range(0, 300)
					.mapToObj((i) -> ((i % 2 == 0) ? one : other).store().acquire(List.of(new Charge(HUNDRED, key))))
					.map((stage) -> stage.toCompletableFuture())
					.toList();
				assertThat(answers.stream().filter((answer) -> answer.join().allowed())).hasSize(100);
				assertThat(other.acquire(new Charge(HUNDRED, key)).allowed()).isFalse();
			}
			Decision reserved = one.acquire(new Charge(TEN, "e", 7));
			other.store().settle(reserved, List.of(new Charge(TEN, "e", 2))).toCompletableFuture().join();
			assertThat(other.acquire(new Charge(TEN, "e", 8)).allowed()).isTrue();
			assertThat(one.acquire(new Charge(TEN, "e")).allowed()).isFalse();
			one.store().reset(TEN, "e").toCompletableFuture().join();
		}
	}

	/** A certificate for localhost and its key, in one file, made by the JDK. */
	private Path certificate() throws Exception {
		Path store = this.folder.resolve("redis.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "redis", "-keyalg", "RSA", "-dname", "CN=localhost", "-ext",
				"san=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12", "-storepass", "secret", "-keystore",
				store.toString())
			.redirectErrorStream(true)
			.start();
		String said = new String(keytool.getInputStream().readAllBytes());
		assertThat(keytool.waitFor()).as(said).isZero();
		KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
		Key key = keys.getKey("redis", "secret".toCharArray());
		return Files.writeString(this.folder.resolve("redis.pem"),
				pem("PRIVATE KEY", key.getEncoded()) + pem("CERTIFICATE", keys.getCertificate("redis").getEncoded()));
	}

	private static String pem(String kind, byte[] bytes) {
		return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind,
				Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(bytes));
	}

	private static String[] and(String[] properties, String... more) {
		return Stream.concat(Arrays.stream(properties), Arrays.stream(more)).toArray(String[]::new);
	}

}
