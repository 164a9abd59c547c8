package io.github.ratelimitsample.production;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.ratelimitsample.Compose;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dashboard of the repository.
 *
 * @param json the file as Grafana reads it
 */
record Dashboard(JsonNode json) {

	private static final Pattern VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

	static Dashboard read() {
		Path file = Compose.PROJECT.resolve("observability/grafana/dashboards/ratelimit.json");
		return new Dashboard(JsonMapper.shared().readTree(file.toFile()));
	}

	/** What is drawn; headings of rows are not. */
	List<JsonNode> panels() {
		return this.json.get("panels")
			.valueStream()
			.filter((panel) -> !panel.get("type").asString().equals("row"))
			.toList();
	}

	/** What Prometheus is asked, with the values that a viewer may have chosen. */
	List<Query> queries() {
		return Stream.concat(variables(), panels().stream().flatMap(Dashboard::queries)).toList();
	}

	/** Grafana looks up what can be chosen by the labels of series. */
	private Stream<Query> variables() {
		return this.json.get("templating")
			.get("list")
			.valueStream()
			.filter((variable) -> variable.get("type").asString().equals("query"))
			.map((variable) -> {
				Matcher values = VALUES.matcher(variable.get("query").get("query").asString());
				return new Query("$" + variable.get("name").asString(),
						"count by (%s) (%s)".formatted(values.replaceFirst("$2"), values.replaceFirst("$1")));
			});
	}

	private static Stream<Query> queries(JsonNode panel) {
		return panel.get("targets")
			.valueStream()
			.map((target) -> new Query(panel.get("title").asString(), target.get("expr").asString()));
	}

	/**
	 * What Prometheus is asked.
	 *
	 * @param of what shows the answer
	 * @param expression in PromQL
	 */
	record Query(String of, String expression) {

		Query {
			expression = expression.replace("$__rate_interval", "15s")
				.replace("$__range", "1m")
				.replace("$job", "shop")
				.replace("$policy", ".*");
		}

	}

}
