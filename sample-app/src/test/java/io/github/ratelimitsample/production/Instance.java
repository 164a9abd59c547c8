package io.github.ratelimitsample.production;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.ratelimitsample.Compose;

/**
 * One instance of the sample, with the environment that {@code docker-compose.yml} gives
 * it.
 *
 * @param calls where it answers callers
 * @param management where Actuator answers
 */
record Instance(Http calls, Http management) {

	static Instance onFreePorts() {
		return new Instance(Http.onFreePort(), Http.onFreePort());
	}

	/** Starts it; the first to come brings the Redis, as in development. */
	WatchedProcess start(Path folder, Redis redis) throws IOException {
		Map<String, String> environment = new HashMap<>(Compose.read().environment("app-1"));
		environment.remove("SPRING_DATA_REDIS_HOST");
		environment.put("SERVER_PORT", String.valueOf(this.calls.port()));
		environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(this.management.port()));
		environment.put("SAMPLE_REDIS_PORT", String.valueOf(redis.port()));
		environment.put("SPRING_CONFIG_ADDITIONAL_LOCATION", "file:src/test/resources/production-picture.yml");
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		return WatchedProcess.start(folder.resolve("instance-" + this.calls.port() + ".log"), environment, List.of(java,
				"-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", "target/sample-app.jar"));
	}

	void awaitReady(Collection<WatchedProcess> programs) {
		this.management.awaitReady(programs, "/actuator/health/readiness");
	}

	/** Somebody at an address looks at products. */
	int products(String address) {
		return this.calls.get("/api/products", "X-Forwarded-For", address).statusCode();
	}

	/** Somebody at an address logs in. */
	int login(String address, String password) {
		return this.calls.post("/login", "user=alice&password=" + password, "X-Forwarded-For", address).statusCode();
	}

}
