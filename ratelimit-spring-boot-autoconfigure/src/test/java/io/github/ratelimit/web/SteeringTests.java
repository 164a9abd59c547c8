package io.github.ratelimit.web;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.redis.TestRedis;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What operators change by Actuator, on two instances.
 */
@ExtendWith(TestRedis.class)
class SteeringTests {

	private static final String ENDPOINT = "/actuator/ratelimits";

	private static final Duration EVERYWHERE = Duration.ofSeconds(15);

	private static final Map<WebApplicationType, Instances> INSTANCES = new EnumMap<>(WebApplicationType.class);

	@TempDir
	static Path folder;

	@AfterAll
	static void stop() throws IOException {
		for (Instances instances : INSTANCES.values()) {
			instances.close();
		}
		INSTANCES.clear();
	}

	@BeforeAll
	static void start() {
		INSTANCES.put(WebApplicationType.SERVLET, new Instances(WebApplicationType.SERVLET));
		INSTANCES.put(WebApplicationType.REACTIVE, new Instances(WebApplicationType.REACTIVE));
	}

	private static Instances instances(WebApplicationType type) {
		return INSTANCES.get(type);
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void s36ResetOfOneKey(WebApplicationType type) throws Exception {
		Instances instances = instances(type);
		assertThat(instances.one.statuses(3, "/reset-a")).isEqualTo("200 200 429");
		assertThat(instances.other.statuses(1, "/reset-b")).isEqualTo("200");
		assertThat(instances.one.send("DELETE", ENDPOINT + "/reset/path:/reset-a", "").statusCode()).isEqualTo(204);
		assertThat(instances.one.statuses(2, "/reset-a")).isEqualTo("200 200");
		assertThat(instances.other.get("/reset-b").headers().firstValue("RateLimit")).get()
			.asString()
			.startsWith("\"reset\";r=0;");
		assertThat(audit(instances.one, "reset")).singleElement()
			.satisfies((event) -> assertThat(event.getType() + event.getData())
				.isEqualTo("RATE_LIMIT_RESTORED{policy=reset, key=path:/reset-a}"));
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void stateOfOneCallerIsShownWithoutACharge(WebApplicationType type) throws Exception {
		Instances instances = instances(type);
		instances.one.get("/state-a");
		for (int i = 0; i < 5; i++) {
			assertThat(instances.other.get(ENDPOINT + "/state/path:/state-a").body())
				.startsWith("{\"policy\":\"state\",\"key\":\"path:/state-a\",\"mode\":\"enforced\",\"override\":null,"
						+ "\"limits\":[{\"permits\":2,\"window\":\"1h\",\"burst\":2,\"remaining\":1,\"replenishAfterMillis\":");
		}
		assertThat(instances.one.get(ENDPOINT + "/state").body())
			.contains("\"source\":\"\\\"ratelimit.policies.state.limits\\\" from property source");
		assertThat(instances.one.get(ENDPOINT + "/unknown").statusCode()).isEqualTo(404);
		assertThat(instances.one.get(ENDPOINT + "/unknown/path:/a").statusCode()).isEqualTo(404);
		assertThat(instances.one.decisions("policy", "state")).isEqualTo(1);
		assertThat(instances.other.decisions("policy", "state")).isZero();
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void limitsOfOneCallerChangeEverywhereUntilTheyAreTakenBack(WebApplicationType type) throws Exception {
		Instances instances = instances(type);
		assertThat(instances.other.statuses(3, "/caller-a")).isEqualTo("200 200 429");
		change(instances.one, "/caller/path:/caller-a", "{\"limits\":\"4/1h\",\"reason\":\"a sale\"}");
		assertThat(instances.one.statuses(1, "/caller-a")).isEqualTo("200");
		await().atMost(EVERYWHERE).until(() -> instances.other.statuses(1, "/caller-a").equals("200"));
		assertThat(instances.other.statuses(3, "/caller-b")).isEqualTo("200 200 429");
		assertThat(instances.other.get(ENDPOINT).body()).contains(
				"{\"policy\":\"caller\",\"key\":\"path:/caller-a\",\"limits\":[\"4/1h\"],\"mode\":null,\"until\":null,\"reason\":\"a sale\"");
		assertThat(audit(instances.one, "caller")).singleElement()
			.satisfies((event) -> assertThat(event.getData()).containsEntry("limits", "4/1h")
				.containsEntry("reason", "a sale"));
		assertThat(instances.start().get("/caller-a").headers().firstValue("RateLimit-Policy"))
			.hasValue("\"caller\";q=4;w=3600");
		assertThat(instances.other.send("DELETE", ENDPOINT + "/caller/path:/caller-a", "").statusCode()).isEqualTo(204);
		assertThat(instances.other.get("/caller-a").headers().firstValue("RateLimit-Policy"))
			.hasValue("\"caller\";q=2;w=3600");
		await().atMost(EVERYWHERE)
			.until(() -> instances.one.get("/caller-a").headers().firstValue("RateLimit-Policy").get().contains("q=2"));
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void policyLooksOnOrIsOffForAllUntilThatEnds(WebApplicationType type) throws Exception {
		Instances instances = instances(type);
		change(instances.one, "/mode", "{\"mode\":\"shadow\"}");
		assertThat(instances.one.statuses(4, "/mode-a")).isEqualTo("200 200 200 200");
		change(instances.one, "/mode", "{\"mode\":\"off\",\"duration\":\"5s\",\"limits\":\"1/1h\"}");
		await().atMost(EVERYWHERE)
			.until(() -> instances.other.get(ENDPOINT + "/mode/path:/mode-a").body().contains("\"mode\":\"off\""));
		assertThat(instances.other.get("/mode-a").headers().firstValue("RateLimit")).isEmpty();
		await().atMost(EVERYWHERE).until(() -> instances.one.statuses(1, "/mode-a").equals("429"));
		await().atMost(EVERYWHERE).until(() -> !instances.other.get(ENDPOINT).body().contains("\"policy\":\"mode\""));
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void nothingIsRejectedAnywhereWhileAllPoliciesAreOff(WebApplicationType type) throws Exception {
		Instances instances = instances(type);
		change(instances.one, "/all/path:/all-a", "{\"limits\":\"1/1h\"}");
		change(instances.one, "", "{\"mode\":\"off\",\"reason\":\"an incident\"}");
		assertThat(instances.one.statuses(4, "/all-a")).isEqualTo("200 200 200 200");
		await().atMost(EVERYWHERE).until(() -> instances.other.statuses(4, "/all-b").equals("200 200 200 200"));
		assertThat(instances.other.get(ENDPOINT).body())
			.contains("\"override\":{\"policy\":null,\"key\":null,\"limits\":[],\"mode\":\"off\"");
		assertThat(instances.other.send("DELETE", ENDPOINT, "").statusCode()).isEqualTo(204);
		assertThat(instances.other.statuses(3, "/all-c")).isEqualTo("200 200 429");
		await().atMost(EVERYWHERE).until(() -> instances.one.statuses(2, "/all-a").endsWith("429"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					/refused       | {}                                        | 100/1m, or a mode
					/refused       | {"limits":"10/minit"}                     | 10/minit
					/refused       | {"limits":"10/1m burst 20"}               | no burst
					/refused       | {"mode":"open"}                           | 400
					/refused       | {"mode":"off","duration":"-1s"}           | a time above zero
					/unknown       | {"mode":"off"}                            | No rate limit policy is named
					/unknown/a     | {"mode":"off"}                            | No rate limit policy is named
					''                | {"mode":"enforced"}                       | because policies that look on do so on purpose
					''                | {}                                        | 400
					""")
	void whatCannotBeMeantIsRefused(String path, String body, String expected) throws Exception {
		RunningInstance instance = instances(WebApplicationType.SERVLET).one;
		HttpResponse<String> response = instance.send("POST", ENDPOINT + path, body);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.statusCode() + response.body()).contains(expected);
		assertThat(instance.get(ENDPOINT).body()).doesNotContain("\"policy\":\"refused\"");
		assertThat(audit(instance, "refused")).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void decisionsCostNoCommandMore(WebApplicationType type) throws Exception {
		Instances instances = instances(type);
		change(instances.one, "/cost", "{\"limits\":\"1000/1h\"}");
		change(instances.one, "/cost/path:/cost-b", "{\"limits\":\"2000/1h\",\"mode\":\"shadow\"}");
		instances.one.statuses(2, "/cost-a");
		long before = instances.calls("mget") + instances.calls("set");
		long scripts = instances.calls("evalsha");
		assertThat(instances.one.statuses(50, "/cost-a") + instances.one.statuses(50, "/cost-b")).doesNotContain("429");
		assertThat(instances.calls("mget") + instances.calls("set") - before).isEqualTo(200);
		assertThat(instances.calls("evalsha") - scripts).isBetween(100L, 110L);
	}

	private static void change(RunningInstance instance, String path, String body) throws Exception {
		HttpResponse<String> response = instance.send("POST", ENDPOINT + path, body);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
	}

	private static List<AuditEvent> audit(RunningInstance instance, String policy) {
		return instance.audit().stream().filter((event) -> policy.equals(event.getData().get("policy"))).toList();
	}

	/** Two instances on a Redis of their own. */
	private static final class Instances {

		private static final List<String> POLICIES = List.of("reset", "state", "caller", "mode", "all", "cost",
				"refused");

		private final WebApplicationType type;

		private final TestRedis.OwnServer redis = TestRedis.own(folder);

		/**
		 * Closed together: on WebFlux, the first that is closed takes Netty's threads
		 * with it.
		 */
		private final List<RunningInstance> started = new ArrayList<>();

		private final RunningInstance one;

		private final RunningInstance other;

		Instances(WebApplicationType type) {
			this.type = type;
			this.one = start();
			this.other = start();
		}

		RunningInstance start() {
			RunningInstance instance = new RunningInstance(this.type, this.redis.server().port(),
					Stream
						.concat(Stream.of("--ratelimit.store.timeout=10s"),
								POLICIES.stream().flatMap(Instances::policy))
						.toArray(String[]::new));
			this.started.add(instance);
			return instance;
		}

		private static Stream<String> policy(String name) {
			return Stream.of("paths=/" + name + "-*", "key=path", "limits=2/1h")
				.map((property) -> "--ratelimit.policies." + name + "." + property);
		}

		long calls(String command) {
			LettuceConnectionFactory connections = this.redis.server().connect();
			try (RedisConnection connection = connections.getConnection()) {
				Properties stats = connection.serverCommands().info("commandstats");
				return Long.parseLong(stats.getProperty("cmdstat_" + command, "calls=0,").split("[=,]")[1]);
			}
			finally {
				connections.destroy();
			}
		}

		void close() throws IOException {
			this.started.forEach(RunningInstance::close);
			this.redis.close();
		}

	}

}
