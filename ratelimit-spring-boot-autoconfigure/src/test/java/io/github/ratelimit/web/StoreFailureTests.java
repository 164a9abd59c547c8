package io.github.ratelimit.web;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.redis.TestRedis;

import org.springframework.boot.WebApplicationType;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a caller sees while the store cannot decide, on Spring MVC and WebFlux alike.
 */
class StoreFailureTests {

	/** Nobody listens there. */
	private static final int NO_PORT = 1;

	@TempDir
	private Path folder;

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void s24(WebApplicationType type) throws Exception {
		try (RunningInstance instance = new RunningInstance(type, NO_PORT)) {
			for (String stage : new String[] { "", "/early" }) {
				assertThat(instance.statuses(5, stage + "/allow")).isEqualTo("200 200 200 200 200");
				assertThat(instance.statuses(5, stage + "/local")).isEqualTo("200 200 200 429 429");
				assertThat(instance.statuses(5, stage + "/reject")).isEqualTo("503 503 503 503 503");
				assertProblem(instance.get(stage + "/reject"));
			}
			assertThat(instance.statuses(4, "/mixed")).isEqualTo("200 200 200 429");
			assertThat(instance.statuses(1, "/free")).isEqualTo("200");
			assertThat(instance.decisions("source", "local", "policy", "local", "outcome", "allowed")).isEqualTo(3);
			assertThat(instance.decisions("source", "local", "policy", "local", "outcome", "rejected")).isEqualTo(2);
			assertThat(instance.decisions("source", "none", "policy", "allow")).isEqualTo(5);
			assertThat(instance.decisions("source", "store")).isZero();
			assertThat(instance.circuit()).isEqualTo(1);
			HttpResponse<String> health = instance.get("/actuator/health");
			assertThat(health.statusCode()).isEqualTo(200);
			assertThat(health.body()).contains("\"status\":\"UP\"", "\"rateLimit\"", "\"status\":\"UNKNOWN\"",
					"\"circuit\":\"open\"", "\"since\":", "\"nextProbe\":", "\"instances\":1");
			assertThat(instance.get("/actuator/ratelimits").body()).contains("\"onFailure\":\"local\"",
					"\"onFailure\":\"allow\"", "\"onFailure\":\"reject\"");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void sharesOfSeveralInstancesAreSmallerAndHealthIsDownIfThatIsWanted(WebApplicationType type) throws Exception {
		try (RunningInstance instance = new RunningInstance(type, NO_PORT, "--ratelimit.store.instances=2",
				"--ratelimit.health.down-on-failure=true", "--ratelimit.policies.allow.on-failure=local")) {
			assertThat(instance.statuses(3, "/local")).isEqualTo("200 200 429");
			assertThat(instance.statuses(3, "/allow")).isEqualTo("200 200 429");
			assertThat(instance.get("/local").headers().firstValue("RateLimit-Policy")).hasValue("\"local\";q=3;w=60");
			assertThat(instance.get("/actuator/health").statusCode()).isEqualTo(503);
		}
	}

	/** S25. */
	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void redisThatIsFrozenCostsOneDeadline(WebApplicationType type) throws Exception {
		try (TestRedis.OwnServer own = TestRedis.own(this.folder);
				RunningInstance instance = new RunningInstance(type, own.server().port())) {
			await().until(() -> instance.get("/many").statusCode() == 200 && instance.decisions("source", "store") > 0);
			String process = process(own);
			long errors = instance.errors();
			signal("-STOP", process);
			try {
				Duration first = time(instance, 1);
				assertThat(first).isGreaterThanOrEqualTo(Duration.ofMillis(90));
				Duration others = time(instance, 300);
				System.out.println("S25 " + type + ": first " + first + ", 300 others " + others);
				assertThat(others).isLessThan(Duration.ofMillis(300 * 50));
				assertThat(instance.errors() - errors).isEqualTo(1);
				assertThat(instance.circuit()).isEqualTo(1);
			}
			finally {
				signal("-CONT", process);
			}
			double before = instance.decisions("source", "store");
			await().atMost(Duration.ofSeconds(30))
				.until(() -> instance.get("/many").statusCode() == 200
						&& instance.decisions("source", "store") > before);
			assertThat(instance.circuit()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void applicationStartsWithoutRedisAndSharesLimitsWhenItIsThere(WebApplicationType type) throws Exception {
		try (TestRedis.OwnServer own = TestRedis.own(this.folder)) {
			own.stop();
			try (RunningInstance one = new RunningInstance(type, own.server().port());
					RunningInstance other = new RunningInstance(type, own.server().port())) {
				assertThat(one.statuses(4, "/local")).isEqualTo("200 200 200 429");
				assertThat(other.statuses(4, "/local")).isEqualTo("200 200 200 429");
				own.start();
				await().atMost(Duration.ofSeconds(90)).until(() -> one.circuit() + other.circuit() == 0);
				assertThat(one.statuses(2, "/local")).isEqualTo("200 200");
				assertThat(other.statuses(2, "/local")).isEqualTo("200 429");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void redisThatAcceptsConnectionsAndIsSilentCostsOneDeadline(WebApplicationType type) throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
				RunningInstance instance = new RunningInstance(type, silent.getLocalPort())) {
			assertThat(instance.statuses(5, "/local")).isEqualTo("200 200 200 429 429");
			assertThat(instance.circuit()).isEqualTo(1);
		}
	}

	private static void assertProblem(HttpResponse<String> response) {
		assertThat(response.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 30L);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
		assertThat(response.body()).contains(
				"\"type\":\"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity\"",
				"\"detail\":\"Rate limits cannot be checked at the moment.\"");
	}

	private static Duration time(RunningInstance instance, int times) {
		long start = System.nanoTime();
		assertThat(instance.statuses(times, "/many")).matches("200( 200)*");
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static String process(TestRedis.OwnServer own) {
		LettuceConnectionFactory connections = own.server().connect();
		try (RedisConnection connection = connections.getConnection()) {
			Properties server = connection.serverCommands().info("server");
			return server.getProperty("process_id");
		}
		finally {
			connections.destroy();
		}
	}

	private static void signal(String signal, String process) throws Exception {
		assertThat(new ProcessBuilder("kill", signal, process).start().waitFor()).isZero();
	}

}
