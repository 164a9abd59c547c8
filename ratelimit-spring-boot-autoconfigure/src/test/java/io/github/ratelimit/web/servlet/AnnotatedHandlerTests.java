package io.github.ratelimit.web.servlet;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.annotation.RateLimit;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of limits on handlers, over HTTP.
 */
class AnnotatedHandlerTests {

	private static final List<Decision> decisions = new CopyOnWriteArrayList<>();

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		String[] properties = { "server.port=0", "spring.config.location=optional:classpath:none.yml",
				"ratelimit.store.type=memory", "management.endpoints.web.exposure.include=ratelimits",
				"ratelimit.policies.named.limits=2/1m", "ratelimit.policies.named.key=header:X-User",
				"ratelimit.policies.named.unless=header('X-Internal') != null", "ratelimit.policies.named.methods=GET",
				"ratelimit.policies.by-path.limits=100/1m", "ratelimit.policies.by-path.paths=/path/**",
				"ratelimit.policies.handlers-overridden.limits=1/1m", "ratelimit.policies.off.limits=1/1m",
				"ratelimit.policies.off.enabled=false" };
		context = new SpringApplicationBuilder(Application.class)
			.run(Arrays.stream(properties).map((property) -> "--" + property).toArray(String[]::new));
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Test
	void policyDeclaredInPlaceLimitsRequests() throws Exception {
		HttpResponse<String> response = get("/in-place/1");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("RateLimit-Policy")).hasValue("\"handlers-in-place\";q=2;w=60");
		get("/in-place/2");
		response = get("/in-place/3");
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body()).contains("\"violated-policies\":[\"handlers-in-place\"]");
	}

	@Test
	void handlersAreNotProxiedAndChargedOnce() throws Exception {
		assertThat(AopUtils.isAopProxy(context.getBean(Handlers.class))).isFalse();
		int before = decisions.size();
		send(HttpRequest.newBuilder(uri("/in-place/once")).header("X-User", "once").build());
		assertThat(decisions).hasSize(before + 1);
	}

	@Test
	void namedPolicyKeepsItsKeyMethodsAndExemption() throws Exception {
		assertThat(statuses("/named", "X-User", "a", 3)).containsExactly(200, 200, 429);
		assertThat(statuses("/named", "X-User", "b", 1)).containsExactly(200);
		assertThat(statuses("/named", "X-Internal", "yes", 3)).containsExactly(200, 200, 200);
		assertThat(send(HttpRequest.newBuilder(uri("/named"))
			.POST(HttpRequest.BodyPublishers.noBody())
			.header("X-User", "a")
			.build()).statusCode()).isEqualTo(200);
	}

	@Test
	void policyThatMatchesByPathAndIsNamedIsChargedOnceAsTheHandlerSays() throws Exception {
		assertThat(get("/path/named").headers().firstValue("RateLimit").orElseThrow()).startsWith("\"by-path\";r=95;");
		assertThat(decisions.get(decisions.size() - 1).states()).hasSize(1);
		assertThat(decisions.get(decisions.size() - 1).states().get(0).charge().key()).isEqualTo("all:*");
	}

	@Test
	void exemptHandlerIsExemptFromPoliciesByPathToo() throws Exception {
		int before = decisions.size();
		HttpResponse<String> response = get("/path/exempt");
		assertThat(response.headers().map()).doesNotContainKey("ratelimit");
		assertThat(decisions).hasSize(before);
	}

	@Test
	void rejectedRequestIsNotBound() throws Exception {
		List<Integer> statuses = List.of(post("/bound", "{}"), post("/bound", "not json"), post("/bound", "not json"));
		assertThat(statuses).containsExactly(200, 400, 429);
	}

	@Test
	void configurationOverridesTheAnnotation() throws Exception {
		assertThat(statuses("/overridden", "X-User", "a", 2)).containsExactly(200, 429);
	}

	@Test
	void severalAnnotationsAreOneDecision() throws Exception {
		HttpResponse<String> response = get("/several");
		assertThat(response.headers().firstValue("RateLimit-Policy"))
			.hasValue("\"several-short\";q=5;w=60, \"several-long\";q=20;w=3600");
	}

	@Test
	void allHandlersOfAClassShareItsPolicyUnlessTheySayOtherwise() throws Exception {
		assertThat(List.of(get("/class/a").statusCode(), get("/class/b").statusCode(), get("/class/a").statusCode(),
				get("/class/own").statusCode(), get("/class/free").statusCode(), get("/class/inherited").statusCode()))
			.containsExactly(200, 200, 429, 200, 200, 429);
	}

	@Test
	void policyThatIsOffDoesNotLimit() throws Exception {
		assertThat(statuses("/off", "X-User", "a", 2)).containsExactly(200, 200);
	}

	@Test
	void rejectedBeanCallAnswersAsARejectedRequest() throws Exception {
		get("/service");
		HttpResponse<String> response = get("/service");
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("Retry-After")).isPresent();
		assertThat(response.body()).contains("\"violated-policies\":[\"work-do\"]");
	}

	@Test
	void endpointListsWhatIsDeclaredInPlace() throws Exception {
		assertThat(get("/actuator/ratelimits").body()).contains("\"handlers-in-place\":{", "\"work-do\":{",
				"\"key\":[\"header:X-User\"]", "\"key\":[\"all\"]");
	}

	private static HttpResponse<String> get(String path) throws Exception {
		return send(HttpRequest.newBuilder(uri(path)).build());
	}

	private static int post(String path, String json) throws Exception {
		return send(HttpRequest.newBuilder(uri(path))
			.POST(HttpRequest.BodyPublishers.ofString(json))
			.header("Content-Type", "application/json")
			.build()).statusCode();
	}

	private static List<Integer> statuses(String path, String header, String value, int times) throws Exception {
		Integer[] statuses = new Integer[times];
		for (int i = 0; i < times; i++) {
			statuses[i] = send(HttpRequest.newBuilder(uri(path)).header(header, value).build()).statusCode();
		}
		return List.of(statuses);
	}

	private static HttpResponse<String> send(HttpRequest request) throws Exception {
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static URI uri(String path) {
		return URI
			.create("http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port") + path);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Handlers.class, LimitedHandlers.class, Work.class })
	static class Application {

		@Bean
		RateLimitListener listener() {
			return decisions::add;
		}

	}

	@RestController
	static class Handlers {

		private final Work work;

		Handlers(Work work) {
			this.work = work;
		}

		@GetMapping("/in-place/{id}")
		@RateLimit(limits = "2/1m", key = { "header:X-User" })
		String inPlace(@PathVariable String id) {
			return id;
		}

		@GetMapping("/named")
		@RateLimit("named")
		String named() {
			return "done";
		}

		@PostMapping("/named")
		@RateLimit("named")
		String post() {
			return "done";
		}

		@GetMapping("/path/named")
		@RateLimit(value = "by-path", key = "all", cost = "5")
		String byPath() {
			return "done";
		}

		@GetMapping("/path/exempt")
		@RateLimit.Exempt
		String exempt() {
			return "done";
		}

		@PostMapping("/bound")
		@RateLimit(limits = "2/1m")
		String bound(@RequestBody Map<String, String> body) {
			return "done";
		}

		@GetMapping("/overridden")
		@RateLimit(limits = "100/1m")
		String overridden() {
			return "done";
		}

		@GetMapping("/several")
		@RateLimit(name = "several-short", limits = "5/1m")
		@RateLimit(name = "several-long", limits = "20/1h")
		String several() {
			return "done";
		}

		@GetMapping("/off")
		@RateLimit("off")
		String off() {
			return "done";
		}

		@GetMapping("/service")
		String service() {
			return this.work.call();
		}

	}

	static class BaseHandlers {

		@GetMapping("/class/inherited")
		String inherited() {
			return "done";
		}

	}

	@RestController
	@RateLimit(limits = "2/1m")
	static class LimitedHandlers extends BaseHandlers {

		@GetMapping({ "/class/a", "/class/b" })
		String any() {
			return "done";
		}

		@GetMapping("/class/own")
		@RateLimit(limits = "9/1m")
		String own() {
			return "done";
		}

		@GetMapping("/class/free")
		@RateLimit.Exempt
		String free() {
			return "done";
		}

	}

	@Component
	static class Work {

		@RateLimit(name = "work-do", limits = "1/1m")
		String call() {
			return "done";
		}

	}

}
