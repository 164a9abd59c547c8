package io.github.ratelimitsample;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static io.github.ratelimitsample.Compose.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can be said of {@code docker-compose.yml} without an engine.
 */
class DockerComposeTests {

	private static final String PORT = "8080";

	private final Compose compose = Compose.read();

	DockerComposeTests() throws IOException {
	}

	@Test
	void thereAreRedisThreeInstancesALoadBalancerAndWhatWatchesThem() {
		Map<String, Map<String, Object>> services = this.compose.services();
		assertThat(services).containsOnlyKeys("redis", "app-1", "app-2", "app-3", "load-balancer", "prometheus",
				"grafana");
		assertThat(services.values()).allSatisfy((service) -> assertThat(service).containsKey("image"));
		assertThat(this.compose.instances()).hasSize(3)
			.allSatisfy((instance) -> assertThat(services.get(instance)).isEqualTo(services.get("app-1")));
	}

	@Test
	void whatIsBuiltExists() throws IOException {
		Map<String, String> build = this.compose.map("app-1", "build");
		Path context = PROJECT.resolve(build.get("context"));
		String dockerfile = Files.readString(context.resolve(build.get("dockerfile")));
		assertThat(context.resolve("mvnw")).isExecutable();
		assertThat(dockerfile).contains("EXPOSE " + PORT)
			.contains("\nUSER ")
			.contains("sample-app/target/sample-app.jar");
		List<String> stages = find(dockerfile, "(?m)^FROM \\S+ AS (\\S+)");
		assertThat(find(dockerfile, "--from=(\\S+)")).isNotEmpty().allMatch(stages::contains);
	}

	@Test
	void whatIsMountedExists() {
		assertThat(this.compose.having("volumes")).containsExactlyInAnyOrder("load-balancer", "prometheus", "grafana")
			.flatExtracting((service) -> this.compose.list(service, "volumes"))
			.allSatisfy((volume) -> assertThat(PROJECT.resolve(volume.split(":")[0])).exists());
	}

	@Test
	void whatIsDependedOnExistsAndTellsItsHealth() throws IOException {
		String dockerfile = Files.readString(PROJECT.resolve("sample-app/Dockerfile"));
		assertThat(this.compose.map("load-balancer", "depends_on")).containsOnlyKeys(this.compose.instances());
		for (String service : this.compose.having("depends_on")) {
			this.compose.<Map<String, String>>map(service, "depends_on").forEach((name, dependency) -> {
				assertThat(dependency).containsOnly(Map.entry("condition", "service_healthy"));
				assertThat(this.compose.services()).containsKey(name);
				assertThat(this.compose.having("healthcheck").contains(name)
						|| this.compose.instances().contains(name) && dockerfile.contains("\nHEALTHCHECK "))
					.isTrue();
			});
		}
	}

	@Test
	void loadBalancerKnowsAllInstances() throws IOException {
		String nginx = Files.readString(this.compose.mounted("load-balancer", "/etc/nginx/nginx.conf"));
		assertThat(find(nginx, "server ([^\\s;]+);"))
			.isEqualTo(this.compose.instances().stream().map((name) -> name + ":" + PORT).toList());
		assertThat(find(nginx, "proxy_pass http://([^;]+);")).isEqualTo(find(nginx, "upstream (\\S+)"));
		assertThat(find(nginx, "listen (\\d+);"))
			.containsExactly(this.compose.list("load-balancer", "ports").get(0).replaceFirst(".*:", ""));
	}

	@Test
	void onlyTheLoadBalancerIsReachedFromOutside() {
		for (String service : this.compose.having("ports")) {
			assertThat(this.compose.list(service, "ports"))
				.allMatch((port) -> service.equals("load-balancer") || port.startsWith("127.0.0.1:"));
		}
	}

	@Test
	void variablesAreProperties() throws IOException {
		Map<String, String> variables = this.compose.environment("app-1");
		assertThat(variables.keySet()).extracting(DockerComposeTests::letters).isSubsetOf(properties());
		assertThat(this.compose.services()).containsKey(variables.get("SPRING_DATA_REDIS_HOST"));
		assertThat(variables).containsEntry("SERVER_FORWARD_HEADERS_STRATEGY", "native")
			.doesNotContainKey("SERVER_PORT");
	}

	/** Every property that a library on the class path describes. */
	private static Set<String> properties() throws IOException {
		Set<String> names = new TreeSet<>();
		ClassLoader loader = DockerComposeTests.class.getClassLoader();
		for (URL url : Collections.list(loader.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream metadata = url.openStream()) {
				String text = new String(metadata.readAllBytes(), StandardCharsets.UTF_8);
				names.addAll(find(text, "\"name\":\\s*\"([^\"]+)\""));
			}
		}
		return names.stream().map(DockerComposeTests::letters).collect(Collectors.toSet());
	}

	private static String letters(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

	private static List<String> find(String text, String expression) {
		return Pattern.compile(expression).matcher(text).results().map(DockerComposeTests::group).toList();
	}

	private static String group(MatchResult result) {
		return result.group(1);
	}

}
