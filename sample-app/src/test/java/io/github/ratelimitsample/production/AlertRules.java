package io.github.ratelimitsample.production;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.yaml.snakeyaml.Yaml;

/**
 * The rules by which Prometheus watches rate limits.
 *
 * @param rules as they stand in the file
 */
record AlertRules(List<Map<String, Object>> rules) {

	static AlertRules read() throws IOException {
		try (InputStream file = Files.newInputStream(Prometheus.FILES.resolve("ratelimit-rules.yml"))) {
			Map<String, List<Map<String, List<Map<String, Object>>>>> content = new Yaml().load(file);
			return new AlertRules(
					content.get("groups").stream().flatMap((group) -> group.get("rules").stream()).toList());
		}
	}

	/** Names of all, in the order of the file. */
	List<String> names() {
		return this.rules.stream()
			.map((rule) -> String.valueOf(rule.containsKey("alert") ? rule.get("alert") : rule.get("record")))
			.toList();
	}

	Stream<String> alerts() {
		return this.rules.stream()
			.filter((rule) -> rule.containsKey("alert"))
			.map((rule) -> (String) rule.get("alert"));
	}

}
