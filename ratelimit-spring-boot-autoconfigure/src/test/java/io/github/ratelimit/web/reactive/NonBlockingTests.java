package io.github.ratelimit.web.reactive;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On a server with one thread, requests go on while others wait for the store.
 */
class NonBlockingTests {

	private static final int REQUESTS = 20;

	@Test
	void oneThreadServesRequestsWhoseDecisionsAreAllUnderWay() throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.REACTIVE)
			.run("--spring.config.location=optional:classpath:none.yml", "--server.port=0",
					"--ratelimit.policies.early.paths=/**", "--ratelimit.policies.early.stage=before-security",
					"--ratelimit.policies.early.limits=100/1m", "--ratelimit.policies.late.paths=/**",
					"--ratelimit.policies.late.limits=15/1m")) {
			URI address = URI
				.create("http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port"));
			List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, REQUESTS)
				.mapToObj((i) -> HttpClient.newHttpClient()
					.sendAsync(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString()))
				.toList();
			int passed = 0;
			for (CompletableFuture<HttpResponse<String>> response : responses) {
				String body = response.get(30, TimeUnit.SECONDS).body();
				assertThat(body).doesNotContain("ratelimit-store").matches("done on .*|\\[late] rejected on .*");
				passed += body.startsWith("done") ? 1 : 0;
			}
			assertThat(passed).isEqualTo(15);
		}
	}

	/**
	 * Decides only when all requests wait, and then on a thread of its own: if any of
	 * them held the thread of the server, the last would never come.
	 */
	private static final class PatientStore implements RateLimitStore {

		private final RateLimitStore store = new MemoryRateLimitStore();

		private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

		@Override
		public String name() {
			return "patient";
		}

		@Override
		public synchronized CompletionStage<Decision> acquire(List<Charge> charges) {
			CompletableFuture<Decision> answer = new CompletableFuture<>();
			this.waiting.add(() -> this.store.acquire(charges).thenAccept(answer::complete));
			if (this.waiting.size() == REQUESTS) {
				List<Runnable> all = List.copyOf(this.waiting);
				this.waiting.clear();
				new Thread(() -> all.forEach(Runnable::run), "ratelimit-store").start();
			}
			return answer;
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
	@Import({ Handlers.class, Advice.class })
	static class Application {

		@Bean
		RateLimitStore patientStore() {
			return new PatientStore();
		}

		@Bean
		NettyServerCustomizer oneThread() {
			return (server) -> server.runOn(LoopResources.create("only", 1, true));
		}

	}

	@RestController
	static class Handlers {

		@GetMapping("/")
		String threadOfTheHandler() {
			return "done on " + Thread.currentThread().getName();
		}

	}

	@ControllerAdvice
	static class Advice {

		@ExceptionHandler
		ResponseEntity<String> rejected(RateLimitExceededException ex) {
			List<String> policies = ex.decision()
				.exhausted()
				.stream()
				.map((state) -> state.charge().policy().name())
				.toList();
			return ResponseEntity.status(HttpStatusCode.valueOf(420))
				.body(policies + " rejected on " + Thread.currentThread().getName());
		}

	}

}
