package io.github.ratelimitsample.production;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ratelimitsample.Shop;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample, whose beans were decided on when it was built, as they are for a native
 * image.
 */
class AheadOfTimeIT {

	@TempDir
	private static Path folder;

	private static final Http SAMPLE = Http.onFreePort();

	private static Path log;

	private static WatchedProcess process;

	/** Where Actuator answers was decided then, too: beside everything else. */
	@BeforeAll
	static void start() throws IOException {
		log = folder.resolve("sample.log");
		process = WatchedProcess.start(log,
				Map.of("SERVER_PORT", String.valueOf(SAMPLE.port()), "SAMPLE_REDIS_PORT",
						String.valueOf(Shop.freePort()), "RATELIMIT_STORE_TIMEOUT", "5s"),
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-Dspring.aot.enabled=true", "-jar", "target/sample-app.jar"));
		SAMPLE.awaitReady(List.of(process), "/actuator/health/readiness");
	}

	@AfterAll
	static void stop() {
		process.close();
	}

	@Test
	void startsAsItWasDecidedThen() {
		assertThat(log).content().contains("Starting AOT-processed");
	}

	@Test
	void policiesThatGoByPathsHold() {
		for (int i = 0; i < 5; i++) {
			assertThat(guess().statusCode()).isNotEqualTo(429);
		}
		HttpResponse<String> rejected = guess();
		assertThat(rejected.statusCode()).isEqualTo(429);
		assertThat(rejected.body()).contains("quota-exceeded", "login-1m");
	}

	@Test
	void expressionsAreEvaluated() {
		assertThat(policyOf("key-of-acme")).contains("q=1000");
		assertThat(policyOf("key-of-nobody")).contains("q=100;");
	}

	@Test
	void actuatorTellsOfLimits() {
		policyOf("key-of-acme");
		assertThat(SAMPLE.get("/actuator/ratelimits/login").body()).contains("\"definition\"");
		assertThat(SAMPLE.get("/actuator/ratelimits/login/192.0.2.7").body()).contains("\"remaining\":20");
	}

	private static HttpResponse<String> guess() {
		return SAMPLE.post("/login", "user=alice&password=guess");
	}

	private static String policyOf(String apiKey) {
		return SAMPLE.get("/api/products", "X-Api-Key", apiKey).headers().firstValue("RateLimit-Policy").orElse("");
	}

}
