package io.github.ratelimit.metrics;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.annotation.RateLimit;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Decisions are in the trace of their request, whichever thread the store uses.
 */
class DecisionTraceTests {

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void requestsTellWhatWasDecided(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type)) {
			Requests requests = context.getBean(Requests.class);
			assertThat(requests.status(context, "/both")).isEqualTo(200);
			assertThat(requests.noted()).containsExactly("allowed early,late");
			assertThat(requests.status(context, "/both")).isEqualTo(429);
			assertThat(requests.noted()).containsExactly("rejected late");
			assertThat(requests.status(context, "/bean")).isEqualTo(200);
			assertThat(requests.noted()).containsExactly("allowed early,bean");
			assertThat(requests.status(context, "/bean")).isEqualTo(429);
			assertThat(requests.noted()).containsExactly("rejected bean");
			assertThat(context.getBean(MeterRegistry.class).get("http.server.requests").timers()).isNotEmpty()
				.allSatisfy((timer) -> assertThat(timer.getId().toString()).doesNotContain("ratelimit"));
		}
	}

	private static ConfigurableApplicationContext start(WebApplicationType type) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.run("--spring.config.location=optional:classpath:none.yml", "--server.port=0",
					"--ratelimit.policies.early.paths=/**", "--ratelimit.policies.early.stage=before-security",
					"--ratelimit.policies.early.limits=100/1h", "--ratelimit.policies.late.paths=/both",
					"--ratelimit.policies.late.limits=1/1h", "--ratelimit.policies.bean.limits=1/1h");
	}

	/** Keeps what requests are observed by. */
	@Component
	static class Requests implements ObservationHandler<Observation.Context> {

		private final List<String> ended = new CopyOnWriteArrayList<>();

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStop(Observation.Context context) {
			if (context.getName().equals("http.server.requests")) {
				this.ended.add(value("ratelimit.outcome", context) + " " + value("ratelimit.policy", context));
			}
		}

		private static String value(String key, Observation.Context context) {
			KeyValue value = context.getHighCardinalityKeyValue(key);
			return (value != null) ? value.getValue() : "nothing";
		}

		int status(ConfigurableApplicationContext context, String path) throws Exception {
			this.ended.clear();
			URI uri = URI
				.create("http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port") + path);
			return HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
				.statusCode();
		}

		List<String> noted() {
			await().until(() -> !this.ended.isEmpty());
			return this.ended;
		}

	}

	/** Decides on a thread of its own. */
	@Component
	static class OtherThread implements RateLimitStore {

		private final RateLimitStore store = new MemoryRateLimitStore();

		@Override
		public String name() {
			return "other";
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			return CompletableFuture.supplyAsync(() -> this.store.acquire(charges).toCompletableFuture().join());
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			return this.store.settle(decision, actual);
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return this.store.reset(policy, key);
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Requests.class, OtherThread.class, Work.class, Handlers.class })
	static class Application {

	}

	@Component
	static class Work {

		@RateLimit("bean")
		public Mono<String> begin() {
			return Mono.just("done");
		}

	}

	@RestController
	static class Handlers {

		private final Work work;

		Handlers(Work work) {
			this.work = work;
		}

		@GetMapping("/both")
		String both() {
			return "done";
		}

		@GetMapping("/bean")
		Mono<String> bean() {
			return this.work.begin();
		}

	}

}
