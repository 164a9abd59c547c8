package io.github.ratelimit.web.reactive;

import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimit;
import io.github.ratelimit.web.HttpScenarios;
import io.github.ratelimit.web.RateLimitExemption;
import io.github.ratelimit.web.RateLimitKeyResolver;
import io.github.ratelimit.web.ScenarioInstances;
import io.github.ratelimit.web.ScenarioRejections;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scenarios on WebFlux and Netty.
 */
class ReactiveScenarioTests extends HttpScenarios {

	private static final AtomicInteger slowCalls = new AtomicInteger();

	private static final AtomicInteger logins = new AtomicInteger();

	private static ScenarioInstances instances;

	@BeforeAll
	static void start() {
		instances = new ScenarioInstances(Application.class, WebApplicationType.REACTIVE, CLOCK);
	}

	@AfterAll
	static void stop() {
		instances.close();
	}

	@Override
	protected ScenarioInstances application() {
		return instances;
	}

	@Override
	protected int logins() {
		return logins.get();
	}

	@Test
	void callerWhoGoesBeforeTheAnswerHasPaid() throws Exception {
		int before = slowCalls.get();
		URI instance = instances.addresses().get(0);
		try (Socket socket = new Socket(instance.getHost(), instance.getPort())) {
			socket.getOutputStream()
				.write("GET /aborted HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			while (slowCalls.get() == before) {
				Thread.onSpinWait();
			}
		}
		assertThat(send("GET /aborted").headers().firstValue("RateLimit").orElse("")).startsWith("\"aborted\";r=3;");
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ ScenarioRejections.class, Handlers.class, Views.class })
	static class Application {

		@Bean
		RateLimitKeyResolver tenant() {
			return (request) -> request.header("X-Tenant");
		}

		@Bean
		CorsWebFilter cors() {
			CorsConfiguration configuration = new CorsConfiguration().applyPermitDefaultValues();
			configuration.addExposedHeader("X-Size");
			UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
			source.registerCorsConfiguration("/cors/filtered", configuration);
			source.registerCorsConfiguration("/cors-early", configuration);
			return new CorsWebFilter(source);
		}

		@Bean
		RateLimitExemption partners() {
			return (request) -> request.header("X-Partner") != null;
		}

		@Bean
		RouterFunction<ServerResponse> functional() {
			return RouterFunctions.route()
				.GET("/functional/{id}", (request) -> ServerResponse.ok().bodyValue("done"))
				.GET("/functional/route/{id}", (request) -> ServerResponse.ok().bodyValue("done"))
				.build();
		}

	}

	@RestController
	static class Handlers {

		private final RateLimiter rateLimiter;

		Handlers(RateLimiter rateLimiter) {
			this.rateLimiter = rateLimiter;
		}

		@GetMapping("/by-hand")
		Mono<String> byHand() {
			return Mono.fromCompletionStage(() -> this.rateLimiter.tryAcquireAsync("by-hand", "everyone"))
				.map((decision) -> decision.orElseThrow())
				.thenReturn("done");
		}

		@CrossOrigin("*")
		@RequestMapping({ "/s01", "/s02", "/s02-timed", "/s03", "/s04", "/s05/{algorithm}", "/s06", "/s07", "/s08",
				"/s09", "/s10", "/s11", "/s12", "/s13/*", "/s15", "/s16", "/s16-address", "/s28", "/s29", "/cookie",
				"/param", "/method", "/s17", "/s31", "/s32", "/s33", "/s33-beside", "/head", "/excluded/**",
				"/fallback", "/composite/*", "/everyone", "/tenant", "/off", "/s23", "/s26", "/staged", "/both",
				"/pathkey", "/cost", "/refused", "/refused-not", "/problem", "/html", "/fields", "/seen" })
		Mono<String> any() {
			return Mono.just("done");
		}

		@CrossOrigin(origins = "*", exposedHeaders = "X-Page")
		@GetMapping("/cors/annotated")
		String crossOrigin() {
			return "done";
		}

		@GetMapping({ "/legacy", "/answer/*", "/cors/filtered", "/cors-early" })
		String plain() {
			return "done";
		}

		@GetMapping("/annotated/named")
		@RateLimit("annotated-named")
		String annotatedByName() {
			return "done";
		}

		@GetMapping("/annotated/declared")
		@RateLimit(limits = "2/1m")
		String annotatedInPlace() {
			return "done";
		}

		@GetMapping("/annotated/path/cost")
		@RateLimit(policy = "annotated-path", cost = "2")
		String annotatedCost() {
			return "done";
		}

		@GetMapping("/annotated/path/exempt")
		@RateLimit.Exempt
		String annotatedExempt() {
			return "done";
		}

		@GetMapping("/annotated/path/exempt-and-fails")
		@RateLimit.Exempt
		String annotatedExemptThatFails() {
			throw new IllegalStateException("This handler fails");
		}

		@GetMapping({ "/s18/{how}", "/s19/{how}", "/s20/{how}", "/s20-tight/{how}", "/broken/{how}", "/counted/{how}" })
		ResponseEntity<String> goodOrBad(@PathVariable String how) {
			return ResponseEntity.status(how.equals("good") ? 200 : 401).body(how);
		}

		@GetMapping("/s21/{algorithm}/{how}")
		ResponseEntity<String> lateOrBad(@PathVariable String how) {
			if (how.equals("late")) {
				CLOCK.advance(Duration.ofSeconds(61));
			}
			return ResponseEntity.status(how.equals("late") ? 200 : 401).body(how);
		}

		@GetMapping("/annotated/conditions/{how}")
		@RateLimit(limits = "2/1h", unless = "header('X-Internal') != null", countWhen = "status == 401")
		ResponseEntity<String> annotatedConditions(@PathVariable String how) {
			return goodOrBad(how);
		}

		@GetMapping({ "/settled/exception", "/settled-fail/exception" })
		String exception() {
			throw new IllegalStateException("This handler fails");
		}

		@GetMapping({ "/settled/async", "/settled-fail/async" })
		Mono<String> settledLater() {
			return Mono.just("later").delayElement(Duration.ofMillis(1));
		}

		@GetMapping(path = "/settled/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<String> stream() {
			return Flux.just("part", "part", "part").delayElements(Duration.ofMillis(1));
		}

		@GetMapping("/aborted")
		Mono<String> slow() {
			slowCalls.incrementAndGet();
			return Mono.just("done").delayElement(Duration.ofMillis(300));
		}

		@GetMapping("/s14/a")
		String a() {
			return "a";
		}

		@GetMapping("/s14/b")
		String b() {
			return "b";
		}

		@GetMapping("/s22/fail")
		Mono<String> fail() {
			return Mono.error(new IllegalStateException("This handler fails"));
		}

		@GetMapping("/unchanged")
		ResponseEntity<String> unchanged() {
			return ResponseEntity.ok().eTag("v1").body("as before");
		}

		@GetMapping("/s405")
		String getOnly() {
			return "got";
		}

		@RequestMapping("/login")
		String login() {
			logins.incrementAndGet();
			return "in";
		}

		@GetMapping("/async")
		Mono<String> async() {
			return Mono.just("later").delayElement(Duration.ofMillis(1));
		}

	}

	@Controller
	static class Views {

	}

}
