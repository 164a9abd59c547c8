package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimit;
import io.github.ratelimit.redis.TestRedis;
import io.github.ratelimit.web.HttpScenarios;
import io.github.ratelimit.web.RateLimitKeyResolver;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The scenarios on Spring MVC and Tomcat.
 */
class ServletScenarioTests extends HttpScenarios {

	private static final AtomicInteger logins = new AtomicInteger();

	private static List<ConfigurableApplicationContext> contexts;

	@BeforeAll
	static void start() {
		TestRedis.Server redis = TestRedis.server();
		String[] arguments = { "--spring.config.location=classpath:scenarios.yml",
				"--spring.data.redis.host=" + redis.host(), "--spring.data.redis.port=" + redis.port(),
				"--ratelimit.store.key-prefix=servlet:" + System.nanoTime() + ":" };
		contexts = IntStream.range(0, 2)
			.mapToObj((i) -> new SpringApplicationBuilder(Application.class).run(arguments))
			.toList();
	}

	@AfterAll
	static void stop() {
		contexts.forEach(ConfigurableApplicationContext::close);
	}

	@Override
	protected List<URI> instances() {
		return contexts.stream()
			.map((context) -> context.getEnvironment().getRequiredProperty("local.server.port"))
			.map((port) -> URI.create("http://localhost:" + port))
			.toList();
	}

	@Override
	protected int logins() {
		return logins.get();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Handlers.class, Views.class, CustomHandlers.class })
	static class Application {

		@Bean
		RateLimitKeyResolver tenant() {
			return (request) -> request.header("X-Tenant");
		}

	}

	@RestController
	static class Handlers {

		private final RateLimiter rateLimiter;

		Handlers(RateLimiter rateLimiter) {
			this.rateLimiter = rateLimiter;
		}

		@GetMapping("/by-hand")
		String byHand() {
			this.rateLimiter.tryAcquire("by-hand", "everyone").orElseThrow();
			return "done";
		}

		@CrossOrigin("*")
		@RequestMapping({ "/s01", "/s02", "/s05/{algorithm}", "/s06", "/s10", "/s11", "/s12", "/s13/*", "/s15", "/s16",
				"/s17", "/s31", "/head", "/excluded/**", "/fallback", "/composite/*", "/everyone", "/tenant", "/off",
				"/s26", "/problem", "/html", "/fields", "/seen" })
		String any() {
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

		@GetMapping("/s14/a")
		String a() {
			return "a";
		}

		@GetMapping("/s14/b")
		String b() {
			return "b";
		}

		@GetMapping("/s22/fail")
		String fail() {
			throw new IllegalStateException("This handler fails");
		}

		@RequestMapping("/login")
		String login() {
			logins.incrementAndGet();
			return "in";
		}

		@GetMapping("/async")
		Callable<String> async() {
			return () -> "later";
		}

		@GetMapping("/redirect/entity")
		ResponseEntity<String> redirectByEntity() {
			return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create("/elsewhere")).body("elsewhere");
		}

		@GetMapping("/redirect/response")
		void redirectByResponse(HttpServletResponse response) throws IOException {
			response.sendRedirect("/elsewhere");
		}

	}

	@Controller
	static class Views {

		@GetMapping("/redirect/view")
		String redirectByView() {
			return "redirect:/elsewhere";
		}

	}

	@Controller
	static class CustomHandlers {

		@GetMapping("/custom")
		@ResponseBody
		String custom() {
			return "done";
		}

		@ExceptionHandler
		ResponseEntity<String> rejected(RateLimitExceededException ex) {
			List<String> policies = ex.decision()
				.exhausted()
				.stream()
				.map((state) -> state.charge().policy().name())
				.toList();
			return ResponseEntity.status(HttpStatusCode.valueOf(420)).body("custom: " + policies);
		}

	}

}
