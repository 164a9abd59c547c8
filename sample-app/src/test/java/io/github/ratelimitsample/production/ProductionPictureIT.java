package io.github.ratelimitsample.production;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.ratelimitsample.Browser;
import io.github.ratelimitsample.production.Dashboard.Query;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three instances behind an nginx, watched by a Prometheus.
 */
class ProductionPictureIT {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** Panels of what does not happen while all is well. */
	private static final Set<String> NOTHING_TO_SHOW = Set.of("Bans", "Circuit", "Overrides");

	private static final List<String> DRAWN = List.of("Allowed", "Rejected", "Fullest caller");

	@AutoClose
	private static ProductionPicture picture;

	private final Prometheus prometheus = picture.prometheus();

	private final AtomicInteger strangers = new AtomicInteger();

	@BeforeAll
	static void start() throws IOException {
		picture = ProductionPicture.start();
	}

	@BeforeEach
	void awaitThatEachInstanceIsWatchedAndAsksRedis() {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.prometheus.query("ratelimit_store_circuit{job='shop'} == 0"))
				.hasSize(picture.instances().size()));
	}

	/** Scenario S35. */
	@Test
	void instancesBehindALoadBalancerAllowExactlyTheLimitWhoeverCallersClaimToBe() {
		Http calls = picture.loadBalancer().calls();
		List<CompletableFuture<HttpResponse<String>>> asked = IntStream.range(0, 90)
			.mapToObj((i) -> calls.getAsync("/api/products", "X-Forwarded-For", "198.51.100." + i))
			.toList();
		List<HttpResponse<String>> answers = asked.stream().map(CompletableFuture::join).toList();
		assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 429);
		assertThat(answers).filteredOn((answer) -> answer.statusCode() == 200).hasSize(30);
		assertThat(answers).extracting((answer) -> answer.headers().firstValue("X-Instance").orElseThrow())
			.hasSameElementsAs(picture.instances().stream().map((instance) -> instance.calls().address()).toList());
	}

	@Test
	void everyQueryOfTheDashboardFindsNumbers() {
		List<Query> queries = Dashboard.read().queries();
		await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
			picture.instances().forEach(this::call);
			assertThat(queries).allSatisfy((query) -> assertThat(this.prometheus.numbers(query.expression()))
				.anyMatch((number) -> number > 0 || NOTHING_TO_SHOW.contains(query.of())));
		});
		queries.forEach((query) -> System.out.printf("%-28s %2d series  %s%n", query.of(),
				this.prometheus.numbers(query.expression()).size(), query.expression()));
	}

	/** As Prometheus draws them itself, for the documentation. */
	@Test
	void pictureOfQueriesIsTaken() throws Exception {
		List<Query> queries = Dashboard.read().queries();
		List<String> drawn = DRAWN.stream()
			.map((panel) -> queries.stream().filter((query) -> query.of().equals(panel)).findFirst().orElseThrow())
			.map(Query::expression)
			.toList();
		for (int i = 0; i < 40; i++) {
			picture.instances().get(i % 3).products("203.0.113.202");
			picture.instances().forEach(this::call);
			TimeUnit.MILLISECONDS.sleep(800);
		}
		Path file = Path.of("target", "dashboard-queries.png");
		try (Browser browser = new Browser()) {
			browser.resize(1000, 700);
			browser.open(this.prometheus.graphs(drawn), PATIENCE, "svg path");
			TimeUnit.SECONDS.sleep(3);
			browser.remove("nav");
			browser.picture(file);
		}
		assertThat(Files.size(file)).isGreaterThan(20_000L);
	}

	@Test
	void everyRuleIsEvaluated() throws IOException {
		List<String> names = AlertRules.read().names();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.prometheus.rules())
				.allSatisfy((rule) -> assertThat(rule.get("health").asString()).isEqualTo("ok"))
				.extracting((rule) -> rule.get("name").asString())
				.isEqualTo(names));
	}

	@Test
	void alertsArePendingWhileRedisDoesNotAnswer() throws IOException {
		picture.redis().pause(Duration.ofSeconds(15));
		await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
			picture.instances().forEach(this::call);
			assertThat(pending()).containsEntry("RateLimitStoreFailing", 3L).containsEntry("RateLimitNotShared", 3L);
		});
	}

	/** Number of instances by alert. */
	private Map<String, Long> pending() {
		return this.prometheus.query("ALERTS{alertstate='pending'}")
			.stream()
			.map((alert) -> alert.get("metric").get("alertname").asString())
			.collect(Collectors.groupingBy((name) -> name, Collectors.counting()));
	}

	/** Somebody new, somebody who comes too often, somebody who is exempt. */
	private void call(Instance instance) {
		instance.products("203.0.113." + this.strangers.updateAndGet((last) -> last % 199 + 1));
		instance.products("203.0.113.200");
		for (int i = 0; i < 5; i++) {
			instance.products("203.0.113.201");
		}
		instance.login("203.0.113." + this.strangers.get(), "wonderland");
	}

}
