package io.github.ratelimitsample.production;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.github.ratelimitsample.Compose;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Prometheus that watches the instances, by the rules that are in the repository.
 *
 * @param api where it answers
 */
record Prometheus(Http api) {

	static final Path FILES = Compose.PROJECT.resolve("observability/prometheus");

	WatchedProcess start(Path folder, List<Instance> instances) throws IOException {
		Path rules = FILES.resolve("ratelimit-rules.yml").toRealPath();
		String configuration = Files.readString(FILES.resolve("prometheus.yml"))
			.replace("15s", "1s")
			.replace("ratelimit-rules.yml", rules.toString());
		for (int i = 0; i < instances.size(); i++) {
			configuration = configuration.replace("app-" + (i + 1) + ":9090", instances.get(i).management().address());
		}
		Path file = Files.writeString(folder.resolve("prometheus.yml"), configuration);
		return WatchedProcess.start(folder.resolve("prometheus.log"), Map.of(),
				List.of(WatchedProcess.program("prometheus"), "--config.file=" + file,
						"--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=" + this.api.address()));
	}

	void awaitReady(Collection<WatchedProcess> programs) {
		this.api.awaitReady(programs, "/-/ready");
	}

	/** The series that are the answer to an instant query. */
	List<JsonNode> query(String expression) {
		String path = "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
		return data(path).get("result").valueStream().toList();
	}

	/** A page of Prometheus's own that draws the last minute of some queries. */
	URI graphs(List<String> expressions) {
		StringBuilder parameters = new StringBuilder();
		for (int i = 0; i < expressions.size(); i++) {
			String expression = URLEncoder.encode(expressions.get(i), StandardCharsets.UTF_8);
			parameters.append("&g%d.range_input=1m&g%1$d.tab=0&g%1$d.expr=%s".formatted(i, expression));
		}
		return URI.create("http://" + this.api.address() + "/classic/graph?" + parameters.substring(1));
	}

	/** Their values, but for those that are no numbers. */
	List<Double> numbers(String expression) {
		return query(expression).stream()
			.map((series) -> Double.valueOf(series.get("value").get(1).asString()))
			.filter((number) -> !number.isNaN())
			.toList();
	}

	/** The rules as they were evaluated last. */
	List<JsonNode> rules() {
		return data("/api/v1/rules").get("groups")
			.valueStream()
			.flatMap((group) -> group.get("rules").valueStream())
			.toList();
	}

	private JsonNode data(String path) {
		HttpResponse<String> response = this.api.get(path);
		if (response.statusCode() != 200) {
			throw new IllegalStateException(response.body());
		}
		return JsonMapper.shared().readTree(response.body()).get("data");
	}

}
