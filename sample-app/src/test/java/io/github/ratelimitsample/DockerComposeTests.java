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

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can be said of {@code docker-compose.yml} without an engine.
 */
class DockerComposeTests {

	private static final Path PROJECT = Path.of("..");

	private static final String PORT = "8080";

	private Map<String, Map<String, Object>> services;

	@BeforeEach
	void read() throws IOException {
		try (InputStream file = Files.newInputStream(PROJECT.resolve("docker-compose.yml"))) {
			Map<String, Map<String, Map<String, Object>>> compose = new Yaml().load(file);
			this.services = compose.get("services");
		}
	}

	@Test
	void thereAreRedisTwoInstancesAndALoadBalancer() {
		assertThat(this.services).containsOnlyKeys("redis", "app-1", "app-2", "load-balancer");
		assertThat(this.services.values()).allSatisfy((service) -> assertThat(service).containsKey("image"));
		assertThat(this.services.get("app-1")).isEqualTo(this.services.get("app-2"));
	}

	@Test
	void whatIsBuiltExists() throws IOException {
		Map<String, String> build = map("app-1", "build");
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
		assertThat(list("load-balancer", "volumes")).isNotEmpty()
			.allSatisfy((volume) -> assertThat(PROJECT.resolve(volume.split(":")[0])).isRegularFile());
	}

	@Test
	void whatIsDependedOnExistsAndTellsItsHealth() throws IOException {
		String dockerfile = Files.readString(PROJECT.resolve(this.<String>map("app-1", "build").get("dockerfile")));
		for (String service : List.of("app-1", "app-2", "load-balancer")) {
			this.<Map<String, String>>map(service, "depends_on").forEach((name, dependency) -> {
				assertThat(dependency).containsOnly(Map.entry("condition", "service_healthy"));
				assertThat(this.services).containsKey(name);
				assertThat(this.services.get(name).containsKey("healthcheck") || dockerfile.contains("\nHEALTHCHECK "))
					.isTrue();
			});
		}
	}

	@Test
	void loadBalancerKnowsAllInstances() throws IOException {
		String nginx = Files.readString(PROJECT.resolve("sample-app/docker/nginx.conf"));
		assertThat(find(nginx, "server ([^\\s;]+);")).containsExactly("app-1:" + PORT, "app-2:" + PORT);
		assertThat(find(nginx, "proxy_pass http://([^;]+);")).isEqualTo(find(nginx, "upstream (\\S+)"));
		assertThat(find(nginx, "listen (\\d+);"))
			.containsExactly(list("load-balancer", "ports").get(0).replaceFirst(".*:", ""));
	}

	@Test
	void variablesAreProperties() throws IOException {
		Map<String, String> variables = map("app-1", "environment");
		assertThat(variables.keySet()).extracting(DockerComposeTests::letters).isSubsetOf(properties());
		assertThat(this.services).containsKey(variables.get("SPRING_DATA_REDIS_HOST"));
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

	@SuppressWarnings("unchecked")
	private <T> Map<String, T> map(String service, String name) {
		return (Map<String, T>) this.services.get(service).get(name);
	}

	@SuppressWarnings("unchecked")
	private List<String> list(String service, String name) {
		return (List<String>) this.services.get(service).get(name);
	}

}
