package io.github.ratelimitsample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

/**
 * What Prometheus and Grafana of {@code docker-compose.yml} are given.
 */
class ObservabilityTests {

	private static final String PROVISIONING = "/etc/grafana/provisioning/";

	private final Compose compose = Compose.read();

	private final Map<String, Object> prometheus = yaml(
			this.compose.mounted("prometheus", "/etc/prometheus/prometheus.yml"));

	ObservabilityTests() throws IOException {
	}

	@Test
	void prometheusScrapesAllInstancesWhereActuatorAnswers() {
		Map<String, Object> job = first(this.prometheus, "scrape_configs");
		String port = this.compose.environment("app-1").get("MANAGEMENT_SERVER_PORT");
		assertThat(first(job, "static_configs")).containsEntry("targets",
				this.compose.instances().stream().map((name) -> name + ":" + port).toList());
		assertThat(job).containsEntry("metrics_path", "/actuator/prometheus");
	}

	@Test
	void prometheusHasTheRules() {
		assertThat(this.prometheus.get("rule_files")).asInstanceOf(LIST)
			.isNotEmpty()
			.allSatisfy((rules) -> assertThat(this.compose.mounted("prometheus", "/etc/prometheus/" + rules)).exists());
	}

	@Test
	void grafanaAsksPrometheus() throws IOException {
		Map<String, Object> source = first(
				yaml(this.compose.mounted("grafana", PROVISIONING + "datasources/prometheus.yml")), "datasources");
		String port = this.compose.list("prometheus", "ports").get(0).replaceFirst(".*:", "");
		assertThat(source).containsEntry("type", "prometheus").containsEntry("url", "http://prometheus:" + port);
		assertThat(source.get("jsonData")).extracting("timeInterval")
			.isEqualTo(((Map<?, ?>) this.prometheus.get("global")).get("scrape_interval"));
	}

	@Test
	void grafanaOpensTheDashboardThatItIsGiven() throws IOException {
		Map<String, Object> provider = first(
				yaml(this.compose.mounted("grafana", PROVISIONING + "dashboards/ratelimit.yml")), "providers");
		String folder = (String) ((Map<?, ?>) provider.get("options")).get("path");
		String home = this.compose.environment("grafana").get("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH");
		assertThat(Path.of(home).getParent()).isEqualTo(Path.of(folder));
		assertThat(this.compose.mounted("grafana", home)).isRegularFile();
	}

	private static Map<String, Object> yaml(Path path) throws IOException {
		try (InputStream file = Files.newInputStream(path)) {
			return new Yaml().load(file);
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> first(Map<String, Object> parent, String name) {
		return ((List<Map<String, Object>>) parent.get(name)).get(0);
	}

}
