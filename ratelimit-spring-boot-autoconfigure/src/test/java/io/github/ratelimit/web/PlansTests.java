package io.github.ratelimit.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.PolicySource;
import io.github.ratelimit.annotation.RateLimit;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Limits that depend on who calls, over HTTP, on Spring MVC and WebFlux.
 */
class PlansTests {

	private static final String[] PROPERTIES = { "server.port=0", "spring.config.location=optional:classpath:none.yml",
			"ratelimit.store.type=memory", "management.endpoints.web.exposure.include=ratelimits",
			"ratelimit.policies.api.paths=/api/**", "ratelimit.policies.api.key=header:X-User",
			"ratelimit.policies.api.plan=header('X-Plan')", "ratelimit.policies.api.default-plan=free",
			"ratelimit.policies.api.plans.free=2/1h", "ratelimit.policies.api.plans.pro=4/1h",
			"ratelimit.policies.asked.paths=/asked/**", "ratelimit.policies.asked.key=header:X-User",
			"ratelimit.policies.asked.plan=database", "ratelimit.policies.asked.plans.pro=3/1h, 9/1d",
			"ratelimit.policies.asked.limits=1/1h", "ratelimit.policies.asked.stage=before-security",
			"ratelimit.policies.named.key=header:X-User", "ratelimit.policies.named.plan=database",
			"ratelimit.policies.named.plans.pro=3/1h", "ratelimit.policies.named.limits=1/1h" };

	private final HttpClient client = HttpClient.newHttpClient();

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void planDependsOnTheRequestAndWhatWasSpentStaysSpent(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type)) {
			assertThat(statuses(context, "/api/a", "a", "free", 3)).containsExactly(200, 200, 429);
			assertThat(statuses(context, "/api/a", "a", "pro", 3)).containsExactly(200, 200, 429);
			assertThat(statuses(context, "/api/a", "b", "gold", 3)).containsExactly(200, 200, 429);
			assertThat(statuses(context, "/api/a", "c", null, 3)).containsExactly(200, 200, 429);
			HttpResponse<String> response = get(context, "/api/a", "a", "PRO");
			assertThat(response.headers().firstValue("RateLimit-Policy")).hasValue("\"api\";q=4;w=3600");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void resolverIsAskedOncePerCallerAndRequestsWaitForIt(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type)) {
			Database database = context.getBean(Database.class);
			database.plans.put("a", "pro");
			assertThat(statuses(context, "/asked/a", "a", null, 4)).containsExactly(200, 200, 200, 429);
			assertThat(statuses(context, "/asked/a", "b", null, 2)).containsExactly(200, 429);
			assertThat(database.asked).hasValue(2);
			assertThat(statuses(context, "/named", "a", null, 4)).containsExactly(200, 200, 200, 429);
			assertThat(database.asked).hasValue(2);
			assertThat(get(context, "/asked/a", "a", null).headers().firstValue("RateLimit-Policy"))
				.hasValue("\"asked-1h\";q=3;w=3600, \"asked-1d\";q=9;w=86400");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void resolverThatIsLateOrFailsLeavesTheDefault(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type)) {
			assertThat(statuses(context, "/asked/a", "never", null, 2)).containsExactly(200, 429);
			assertThat(statuses(context, "/asked/a", "failing", null, 2)).containsExactly(200, 429);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void handlerNamesAPolicyFromElsewhereWhichMayChange(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type)) {
			assertThat(statuses(context, "/elsewhere", "a", null, 3)).containsExactly(200, 200, 429);
			context.getBean(Elsewhere.class).policy = new Policy("elsewhere", Algorithm.SLIDING_WINDOW,
					List.of(Limit.parse("9/1h")), 3);
			assertThat(statuses(context, "/elsewhere", "a", null, 3)).containsExactly(200, 200, 429);
			context.getBean(Elsewhere.class).policy = Policy.disabled("elsewhere");
			assertThat(get(context, "/elsewhere", "a", null).headers().firstValue("RateLimit")).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void endpointShowsPlansAndPoliciesFromElsewhere(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type)) {
			String body = get(context, "/actuator/ratelimits", "a", null).body();
			assertThat(body)
				.contains("\"pro\":[{\"permits\":4,\"window\":\"1h\",\"burst\":4}]",
						"\"plan\":\"header('X-Plan')\",\"defaultPlan\":\"free\"")
				.contains("\"elsewhere\":{\"mode\":\"enforced\"", "\"source\":\"a PolicySource bean\"")
				.doesNotContain("\"source\":\"null\"");
		}
	}

	private static ConfigurableApplicationContext start(WebApplicationType type) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.run(Arrays.stream(PROPERTIES).map((property) -> "--" + property).toArray(String[]::new));
	}

	private List<Integer> statuses(ConfigurableApplicationContext context, String path, String user,
			@Nullable String plan, int times) throws Exception {
		List<Integer> statuses = new ArrayList<>();
		for (int i = 0; i < times; i++) {
			statuses.add(get(context, path, user, plan).statusCode());
		}
		return statuses;
	}

	private HttpResponse<String> get(ConfigurableApplicationContext context, String path, String user,
			@Nullable String plan) throws Exception {
		String port = context.getEnvironment().getRequiredProperty("local.server.port");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
			.timeout(Duration.ofSeconds(30))
			.header("X-User", user);
		if (plan != null) {
			request.header("X-Plan", plan);
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Handlers.class, Elsewhere.class })
	static class Application {

		@Bean
		Database database() {
			return new Database();
		}

	}

	/** Knows the plans of users, a little later. */
	static final class Database implements RateLimitPlanResolver {

		private final Map<String, String> plans = new ConcurrentHashMap<>();

		private final AtomicInteger asked = new AtomicInteger();

		@Override
		public CompletableFuture<@Nullable String> resolve(RateLimitRequest request) {
			this.asked.incrementAndGet();
			String user = String.valueOf(request.header("X-User"));
			if (user.equals("never")) {
				return new CompletableFuture<>();
			}
			if (user.equals("failing")) {
				return CompletableFuture.failedFuture(new IllegalStateException("The database is gone"));
			}
			return CompletableFuture.supplyAsync(() -> this.plans.get(user),
					CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
		}

	}

	static final class Elsewhere implements PolicySource {

		private volatile Policy policy = new Policy("elsewhere", Algorithm.SLIDING_WINDOW, Limit.parse("2/1h"));

		@Override
		public @Nullable Policy find(String name) {
			return name.equals("elsewhere") ? this.policy : null;
		}

		@Override
		public List<Policy> policies() {
			return List.of(this.policy);
		}

	}

	@RestController
	static class Handlers {

		@GetMapping({ "/api/a", "/asked/a" })
		String any() {
			return "done";
		}

		@GetMapping("/named")
		@RateLimit("named")
		String named() {
			return "done";
		}

		@GetMapping("/elsewhere")
		@RateLimit(policy = "elsewhere", key = "header:X-User")
		String elsewhere() {
			return "done";
		}

	}

}
