package io.github.ratelimit.web.servlet;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.RateLimitExceededException;
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
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scenarios on Spring MVC and Tomcat.
 */
class ServletScenarioTests extends HttpScenarios {

	private static final AtomicInteger logins = new AtomicInteger();

	static ScenarioInstances instances;

	@BeforeAll
	static void start() {
		instances = new ScenarioInstances(Application.class, WebApplicationType.SERVLET, CLOCK);
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
	void applicationsAnswerRejectionsAsTheyAnswerAnyError() throws Exception {
		send("GET /custom");
		HttpResponse<String> response = send("GET /custom");
		assertThat(response.statusCode()).isEqualTo(420);
		assertThat(response.body()).isEqualTo("custom: [custom]");
		assertThat(response.headers().firstValue("Retry-After")).isPresent();
	}

	@Test
	void noAcceptHeaderMakesAnotherStatusOfARejection() throws Exception {
		send("GET /flood");
		assertThat(send("GET /flood Accept=" + "text/x,".repeat(60) + "text/html").statusCode()).isEqualTo(429);
		assertThat(send("GET /flood Accept=no/such/type").statusCode()).isEqualTo(429);
	}

	@Test
	void forwardIsChargedOnceWhetherItComesFromALimitedPathOrNot() throws Exception {
		assertThat(send("GET /forward/forwarded").statusCode()).isEqualTo(200);
		assertThat(send("GET /forward/forwarded").statusCode()).isEqualTo(429);
		assertThat(send("GET /forward/twice").headers().firstValue("RateLimit").orElse(""))
			.startsWith("\"twice\";r=8;");
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ ScenarioRejections.class, Handlers.class, Views.class, CustomHandlers.class })
	static class Application {

		@Bean
		RateLimitKeyResolver tenant() {
			return (request) -> request.header("X-Tenant");
		}

		@Bean
		RouterFunction<ServerResponse> functional() {
			return RouterFunctions.route()
				.GET("/functional/{id}", (request) -> ServerResponse.ok().body("done"))
				.GET("/functional/route/{id}", (request) -> ServerResponse.ok().body("done"))
				.build();
		}

		@Bean
		CorsFilter cors() {
			CorsConfiguration configuration = new CorsConfiguration().applyPermitDefaultValues();
			configuration.addExposedHeader("X-Size");
			UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
			source.registerCorsConfiguration("/cors/filtered", configuration);
			source.registerCorsConfiguration("/cors-early", configuration);
			return new CorsFilter(source);
		}

		@Bean
		RateLimitExemption partners() {
			return (request) -> request.header("X-Partner") != null;
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
		@RequestMapping({ "/s01", "/s02", "/s02-timed", "/s03", "/s04", "/s05/{algorithm}", "/s06", "/s07", "/s08",
				"/s09", "/s10", "/s11", "/s12", "/s13/*", "/s15", "/s16", "/s16-address", "/s17", "/s28", "/s29",
				"/cookie", "/param", "/method", "/s31", "/s32", "/s33", "/s33-beside", "/head", "/excluded/**",
				"/fallback", "/composite/*", "/everyone", "/tenant", "/off", "/s23", "/s26", "/staged", "/both",
				"/forwarded", "/twice", "/flood", "/pathkey", "/cost", "/refused", "/refused-not", "/problem", "/html",
				"/fields", "/seen" })
		String any() {
			return "done";
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
		Callable<String> settledLater() {
			return () -> "later";
		}

		@GetMapping("/settled/stream")
		StreamingResponseBody stream() {
			return (out) -> {
				for (int i = 0; i < 3; i++) {
					out.write("part".getBytes(StandardCharsets.US_ASCII));
					out.flush();
				}
			};
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
		Callable<String> async() {
			return () -> "later";
		}

	}

	@Controller
	static class Views {

		@GetMapping("/forward/{to}")
		String forward(@PathVariable String to) {
			return "forward:/" + to;
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
