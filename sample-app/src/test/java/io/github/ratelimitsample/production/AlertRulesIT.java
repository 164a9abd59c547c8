package io.github.ratelimitsample.production;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules as Prometheus's own tool sees them.
 */
class AlertRulesIT {

	private static final String TESTS = "ratelimit-rules-test.yml";

	@Test
	void configurationAndRulesAreValid() throws Exception {
		promtool("check", "config", "prometheus.yml");
		promtool("check", "rules", "ratelimit-rules.yml");
	}

	@Test
	void alertsFireWhenTheirTestsSay() throws Exception {
		promtool("test", "rules", TESTS);
	}

	@Test
	void everyAlertIsTestedToFireAndNotToFire() throws IOException {
		List<Map<String, Object>> tests = alertTests();
		assertThat(AlertRules.read().alerts()).isNotEmpty()
			.allSatisfy((alert) -> assertThat(tests).filteredOn("alertname", alert)
				.extracting((test) -> test.containsKey("exp_alerts"))
				.contains(true, false));
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> alertTests() throws IOException {
		try (InputStream file = Files.newInputStream(Prometheus.FILES.resolve(TESTS))) {
			Map<String, List<Map<String, Object>>> content = new Yaml().load(file);
			return content.get("tests")
				.stream()
				.flatMap((test) -> ((List<Map<String, Object>>) test.get("alert_rule_test")).stream())
				.toList();
		}
	}

	private static void promtool(String... arguments) throws Exception {
		List<String> command = Stream.concat(Stream.of(WatchedProcess.program("promtool")), Stream.of(arguments))
			.toList();
		Process process = new ProcessBuilder(command).directory(Prometheus.FILES.toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes());
		assertThat(process.waitFor()).as(output).isZero();
	}

}
