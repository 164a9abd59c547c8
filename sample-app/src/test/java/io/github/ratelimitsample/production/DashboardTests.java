package io.github.ratelimitsample.production;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can be said of the dashboard without a Prometheus.
 */
class DashboardTests {

	private static final int WIDTH = 24;

	private final Dashboard dashboard = Dashboard.read();

	@Test
	void panelsLieBesideEachOther() {
		Set<Integer> taken = new HashSet<>();
		assertThat(this.dashboard.json().get("panels").valueStream()).isNotEmpty().allSatisfy((panel) -> {
			List<Integer> cells = cells(panel.get("gridPos"));
			assertThat(taken).doesNotContainAnyElementsOf(cells);
			taken.addAll(cells);
		});
	}

	@Test
	void panelsAreToldApartAndExplained() {
		assertThat(this.dashboard.json().get("panels").valueStream().map((panel) -> panel.get("id").asInt()))
			.doesNotHaveDuplicates();
		assertThat(this.dashboard.panels()).extracting((panel) -> panel.get("title").asString())
			.doesNotHaveDuplicates();
		assertThat(this.dashboard.panels())
			.allSatisfy((panel) -> assertThat(panel.get("description").asString()).endsWith("."));
	}

	@Test
	void viewersChooseTheDataSource() {
		assertThat(this.dashboard.panels()).flatExtracting((panel) -> panel.findValues("datasource"))
			.isNotEmpty()
			.allSatisfy((source) -> assertThat(source.get("uid").asString()).isEqualTo("${datasource}"));
	}

	@Test
	void queriesNameNoVariableThatIsMissing() {
		assertThat(this.dashboard.queries()).hasSizeGreaterThan(this.dashboard.panels().size())
			.allSatisfy((query) -> assertThat(query.expression()).doesNotContain("$"));
	}

	private static List<Integer> cells(JsonNode place) {
		int x = place.get("x").asInt();
		int y = place.get("y").asInt();
		int w = place.get("w").asInt();
		int h = place.get("h").asInt();
		assertThat(x + w).isLessThanOrEqualTo(WIDTH);
		return IntStream.range(0, w * h).mapToObj((i) -> (y + i / w) * WIDTH + x + i % w).toList();
	}

}
