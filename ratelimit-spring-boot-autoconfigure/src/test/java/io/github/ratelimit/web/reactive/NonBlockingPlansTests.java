package io.github.ratelimit.web.reactive;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

import io.github.ratelimit.web.RateLimitPlanResolver;
import io.github.ratelimit.web.RateLimitRequest;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On a server with one thread, requests go on while others wait for their plans.
 */
class NonBlockingPlansTests {

	private static final int REQUESTS = 20;

	@Test
	void oneThreadServesRequestsWhosePlansAreAllAwaited() throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.REACTIVE)
			.run("--spring.config.location=optional:classpath:none.yml", "--server.port=0",
					"--ratelimit.store.type=memory", "--ratelimit.store.timeout=20s",
					"--ratelimit.policies.api.paths=/**", "--ratelimit.policies.api.key=param:user",
					"--ratelimit.policies.api.plan=patient", "--ratelimit.policies.api.limits=1/1m",
					"--ratelimit.policies.api.plans.pro=9/1m")) {
			String address = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
			List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, REQUESTS)
				.mapToObj((i) -> HttpClient.newHttpClient()
					.sendAsync(HttpRequest.newBuilder(URI.create(address + "/?user=" + i)).build(),
							HttpResponse.BodyHandlers.ofString()))
				.toList();
			for (CompletableFuture<HttpResponse<String>> response : responses) {
				HttpResponse<String> answer = response.get(30, TimeUnit.SECONDS);
				assertThat(answer.body()).startsWith("done on only-");
				assertThat(answer.headers().firstValue("RateLimit-Policy")).hasValue("\"api\";q=9;w=60");
			}
		}
	}

	/** Answers only when all requests wait, and then on a thread of its own. */
	private static final class PatientResolver implements RateLimitPlanResolver {

		private final ConcurrentLinkedQueue<CompletableFuture<@Nullable String>> waiting = new ConcurrentLinkedQueue<>();

		@Override
		public CompletableFuture<@Nullable String> resolve(RateLimitRequest request) {
			CompletableFuture<@Nullable String> answer = new CompletableFuture<>();
			this.waiting.add(answer);
			if (this.waiting.size() == REQUESTS) {
				new Thread(() -> this.waiting.forEach((one) -> one.complete("pro")), "plans").start();
			}
			return answer;
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Handlers.class)
	static class Application {

		@Bean
		RateLimitPlanResolver patient() {
			return new PatientResolver();
		}

		@Bean
		ReactorResourceFactory oneThread() {
			ReactorResourceFactory resources = new ReactorResourceFactory();
			resources.setUseGlobalResources(false);
			resources.setLoopResourcesSupplier(() -> LoopResources.create("only", 1, true));
			return resources;
		}

	}

	@RestController
	static class Handlers {

		@GetMapping("/")
		String threadOfTheHandler() {
			return "done on " + Thread.currentThread().getName();
		}

	}

}
