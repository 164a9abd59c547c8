package io.github.ratelimit.web;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

import org.junit.jupiter.api.extension.ExtendWith;
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
 * Who is shut out, for knocking or by address, on two instances.
 */
@ExtendWith(TestRedis.class)
class BanTests {

	private static final String CALLER = "/actuator/ratelimits/knock/path:/knock-";

	private static final Duration REMEMBERED = Duration.ofSeconds(2);

	@TempDir
	Path folder;

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void callerThatKeepsKnockingIsShutOutOfAllInstances(WebApplicationType type) throws Exception {
		try (Instances instances = new Instances(type)) {
			assertThat(instances.one.statuses(3, "/knock-a")).isEqualTo("200 200 429");
			assertThat(instances.other.statuses(1, "/knock-a")).isEqualTo("429");
			assertThat(retryAfter(instances.one.get("/knock-a"))).isBetween(7195L, 7200L);
			HttpResponse<String> banned = instances.other.get("/knock-a");
			assertThat(retryAfter(banned)).isBetween(7195L, 7200L);
			assertThat(banned.headers().firstValue("RateLimit")).get().asString().matches("\"knock\";r=0;t=7\\d{3}");
			assertThat(banned.body()).contains("Too many calls were rejected: knock (2/1h) is closed for a while.",
					"\"violated-policies\":[\"knock\"]");
			assertThat(instances.one.statuses(1, "/knock-b")).isEqualTo("200");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void banIsSeenAndLiftedByActuator(WebApplicationType type) throws Exception {
		try (Instances instances = new Instances(type)) {
			instances.one.statuses(4, "/knock-a");
			assertThat(instances.one.get(CALLER + "a").body()).endsWith("\"bannedForMillis\":0}");
			assertThat(retryAfter(instances.one.get("/knock-a"))).isGreaterThan(7000);
			for (int i = 0; i < 3; i++) {
				assertThat(instances.other.get(CALLER + "a").body()).containsPattern("\"bannedForMillis\":7\\d{6}}");
			}
			assertThat(instances.one.get("/actuator/ratelimits/knock").body()).contains("\"ban\":\"3/10m for 2h\"");
			assertThat(instances.other.send("DELETE", CALLER + "a", "").statusCode()).isEqualTo(204);
			assertThat(instances.other.statuses(1, "/knock-a")).isEqualTo("200");
			await().atMost(REMEMBERED).until(() -> instances.one.get("/knock-a").statusCode() == 200);
			assertThat(instances.other.get(CALLER + "a").body()).endsWith("\"bannedForMillis\":0}");
		}
	}

	private static long retryAfter(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(429);
		return response.headers().firstValueAsLong("Retry-After").orElseThrow();
	}

	/** Two instances on a Redis of their own. */
	private final class Instances implements AutoCloseable {

		private final TestRedis.OwnServer redis;

		private final RunningInstance one;

		private final RunningInstance other;

		Instances(WebApplicationType type, String... more) throws Exception {
			this.redis = TestRedis.own(BanTests.this.folder);
			String[] properties = new String[more.length + 5];
			System.arraycopy(more, 0, properties, 0, more.length);
			System.arraycopy(new String[] { "--ratelimit.policies.knock.paths=/knock-*",
					"--ratelimit.policies.knock.key=path", "--ratelimit.policies.knock.limits=2/1h",
					"--ratelimit.policies.knock.ban.after=3 rejections in 10m",
					"--ratelimit.policies.knock.ban.for=2h" }, 0, properties, more.length, 5);
			this.one = new RunningInstance(type, this.redis.server().port(), properties);
			this.other = new RunningInstance(type, this.redis.server().port(), properties);
		}

		/** How often a decision was made or corrected. */
		long scripts() {
			LettuceConnectionFactory connections = this.redis.server().connect();
			try (RedisConnection connection = connections.getConnection()) {
				Properties stats = connection.serverCommands().info("commandstats");
				return Long.parseLong(stats.getProperty("cmdstat_mget", "calls=0,").split("[=,]")[1]);
			}
			finally {
				connections.destroy();
			}
		}

		@Override
		public void close() throws IOException {
			this.one.close();
			this.other.close();
			this.redis.close();
		}

	}

}
