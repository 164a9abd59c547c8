package io.github.ratelimit.documentation;

import java.util.List;
import java.util.function.Consumer;

import com.example.extending.Customer;
import com.example.extending.ExtensionPoints;
import com.example.extending.LastPermits;
import com.example.extending.OtherRedis;
import com.example.extending.OwnAnswers;
import com.example.extending.PartnerPolicies;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.redis.TestRedis;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Each extension point does what its example on the page is for.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExtendingTests {

	private static final Page PAGE = Page.named("extending");

	private static final String[] ONE_ORDER = { "ratelimit.policies.orders.paths=/api/**,/pages/**",
			"ratelimit.policies.orders.limits=1/1h" };

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("ratelimit.store.type=memory", "shop.service-token=secret");

	@Test
	void eachShopIsACaller() {
		run("A key", (context) -> {
			MockMvcTester mvc = mvc(context);
			assertThat(remaining(mvc, "green.shops.example")).startsWith("\"shop\";r=999;");
			assertThat(remaining(mvc, "blue.shops.example")).startsWith("\"shop\";r=999;");
			assertThat(remaining(mvc, "green.shops.example")).startsWith("\"shop\";r=998;");
			assertThat(
					context.getBean(RateLimiter.class).tryAcquire("shop", "shop:green", 0).states().get(0).remaining())
				.isEqualTo(998);
		});
	}

	private static String remaining(MockMvcTester mvc, String host) {
		return mvc.get().uri("/api/orders").header("Host", host).exchange().getResponse().getHeader("RateLimit");
	}

	@Test
	void usersHaveTheirPlan() {
		run("A plan", (context) -> {
			MockMvcTester mvc = mvc(context);
			assertThat(mvc.get().uri("/api/orders").principal(() -> "alice")).headers()
				.hasValue("RateLimit-Policy", "\"api\";q=6000;w=60");
			assertThat(mvc.get().uri("/api/orders")).headers().hasValue("RateLimit-Policy", "\"api\";q=60;w=60");
		});
	}

	@Test
	void partnersAreLimitedByWhatHoldsNow() {
		this.runner.run((context) -> {
			PartnerPolicies partners = context.getBean(PartnerPolicies.class);
			RateLimiter limiter = context.getBean(RateLimiter.class);
			partners.put("acme", "1/1h");
			assertThat(limiter.tryAcquire("partner-acme", "all").allowed()).isTrue();
			assertThat(limiter.tryAcquire("partner-acme", "all").allowed()).isFalse();
			partners.put("acme", "2/1h");
			assertThat(limiter.tryAcquire("partner-acme", "all").allowed()).isTrue();
		});
	}

	@Test
	void ownServicesAreExempt() {
		this.runner.withPropertyValues(ONE_ORDER).run((context) -> {
			MockMvcTester mvc = mvc(context);
			assertThat(mvc.get().uri("/api/orders")).hasStatus(200);
			assertThat(mvc.get().uri("/api/orders").header("X-Service-Token", "guess")).hasStatus(429);
			assertThat(mvc.get().uri("/api/orders").header("X-Service-Token", "secret")).hasStatus(200)
				.headers()
				.doesNotContainHeader("RateLimit");
		});
	}

	@Test
	void scannersAreCountedByABean() {
		run("Conditions and costs", (context) -> {
			MockMvcTester mvc = mvc(context);
			for (int i = 0; i < 20; i++) {
				assertThat(mvc.get().uri("/api/orders")).hasStatus(200);
				assertThat(mvc.get().uri("/guess" + i)).hasStatus(404);
			}
			assertThat(mvc.get().uri("/guess")).hasStatus(429);
			assertThat(mvc.get().uri("/guess").principal(() -> "alice")).hasStatus(404);
		});
	}

	@Test
	void claimsMayBeThoseOfAnyPrincipal() {
		run(Page.named("recipes").snippet("Per tenant", "yaml"), (context) -> {
			MockMvcTester mvc = mvc(context);
			assertThat(left(mvc, "alice", "acme")).startsWith("\"tenant\";r=2999;").contains("\"tenant-user\";r=599;");
			assertThat(left(mvc, "bob", "acme")).startsWith("\"tenant\";r=2998;").contains("\"tenant-user\";r=599;");
			assertThat(left(mvc, "bob", "other")).startsWith("\"tenant\";r=2999;").contains("\"tenant-user\";r=599;");
			assertThat(left(mvc, "alice", "acme")).startsWith("\"tenant\";r=2997;").contains("\"tenant-user\";r=598;");
		});
	}

	private static String left(MockMvcTester mvc, String name, String tenant) {
		return mvc.get()
			.uri("/api/orders")
			.principal(customer(name, tenant))
			.exchange()
			.getResponse()
			.getHeader("RateLimit");
	}

	private static UsernamePasswordAuthenticationToken customer(String name, String tenant) {
		return UsernamePasswordAuthenticationToken.authenticated(new Customer(name, tenant), null, List.of());
	}

	@Test
	void answersAreChanged() {
		this.runner.withPropertyValues(ONE_ORDER).run((context) -> {
			MockMvcTester mvc = mvc(context);
			assertThat(mvc.get().uri("/api/orders")).hasStatus(200);
			assertThat(mvc.get().uri("/api/orders")).hasStatus(429)
				.hasHeader("Link", "</plans>; rel=help")
				.bodyText()
				.contains("\"upgrade\":\"https://example.org/plans\"");
			assertThat(mvc.get().uri("/pages/orders")).hasStatus(303).hasRedirectedUrl("/login");
		});
	}

	@Test
	void applicationAnswersByItself() {
		this.runner.withPropertyValues(ONE_ORDER).withUserConfiguration(OwnAnswers.class).run((context) -> {
			MockMvcTester mvc = mvc(context);
			assertThat(mvc.get().uri("/api/orders")).hasStatus(200);
			assertThat(mvc.get().uri("/api/orders")).hasStatus(429)
				.bodyText()
				.contains("\"error\":\"slow_down\"", "\"policy\":\"orders\"");
		});
	}

	@Test
	void listenersAreTold(CapturedOutput output) {
		this.runner.withPropertyValues(ONE_ORDER).withPropertyValues("ratelimit.events.enabled=true").run((context) -> {
			MockMvcTester mvc = mvc(context);
			assertThat(mvc.get().uri("/api/orders")).hasStatus(200);
			assertThat(mvc.get().uri("/api/orders")).hasStatus(429);
			assertThat(context.getBean(LastPermits.class).calls()).isEqualTo(1);
			await().until(() -> output.toString().contains("orders has no room for ip:127.0.0.1"));
		});
	}

	@Test
	void annotationMayBeComposed() {
		this.runner.run((context) -> {
			MockMvcTester mvc = mvc(context);
			for (int i = 0; i < 3; i++) {
				assertThat(mvc.get().uri("/search")).hasStatus(200);
			}
			assertThat(mvc.get().uri("/search")).hasStatus(429);
		});
	}

	@Test
	void limitsHaveARedisOfTheirOwn() {
		TestRedis.Server redis = TestRedis.server();
		new WebApplicationContextRunner().withUserConfiguration(OnlyStore.class)
			.withPropertyValues("shop.limits.host=" + redis.host(), "shop.limits.port=" + redis.port(),
					"ratelimit.policies.own-redis.limits=1/1h", "spring.data.redis.port=1",
					"ratelimit.store.timeout=5s")
			.run((context) -> {
				assertThat(context.getBeansOfType(RedisConnectionFactory.class)).hasSize(2);
				RateLimiter limiter = context.getBean(RateLimiter.class);
				limiter.reset("own-redis", "a").toCompletableFuture().join();
				assertThat(limiter.tryAcquire("own-redis", "a").allowed()).isTrue();
				assertThat(limiter.tryAcquire("own-redis", "a").allowed()).isFalse();
				assertThat(context.getBean(RateLimitStore.class).name()).isEqualTo("redis");
				assertThat(limiter.tryAcquire("own-redis", "a").source().name()).isEqualTo("STORE");
			});
	}

	private void run(String heading, Consumer<AssertableWebApplicationContext> test) {
		run(PAGE.snippet(heading, "yaml"), test);
	}

	private void run(Snippet yaml, Consumer<AssertableWebApplicationContext> test) {
		this.runner.withInitializer((context) -> yaml.addTo(context.getEnvironment())).run(test::accept);
	}

	private static MockMvcTester mvc(AssertableWebApplicationContext context) {
		return MockMvcTester.from(context.getSourceApplicationContext(),
				(builder) -> builder.addFilters(context.getBeansOfType(Filter.class).values().toArray(Filter[]::new))
					.build());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(ExtensionPoints.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(OtherRedis.class)
	static class OnlyStore {

	}

}
