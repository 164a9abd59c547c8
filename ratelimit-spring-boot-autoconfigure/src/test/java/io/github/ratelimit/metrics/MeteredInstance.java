package io.github.ratelimit.metrics;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.redis.TestRedis;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * An application whose meters a test looks at.
 */
final class MeteredInstance implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private MeteredInstance(Class<?> application, WebApplicationType type, String... properties) {
		this.context = new SpringApplicationBuilder(application).web(type)
			.run(Stream
				.concat(Stream.of("spring.config.location=optional:classpath:none.yml", "server.port=0"),
						Stream.of(properties))
				.map((property) -> "--" + property)
				.toArray(String[]::new));
	}

	/** Has policies of all sorts. */
	static MeteredInstance inMemory() {
		return new MeteredInstance(Application.class, WebApplicationType.SERVLET, "ratelimit.store.type=memory",
				"ratelimit.policies.api.paths=/api/**", "ratelimit.policies.api.limits=3/1h",
				"ratelimit.policies.inside.paths=/api/**, /forward, /target", "ratelimit.policies.inside.limits=1/1h",
				"ratelimit.policies.inside.exempt-addresses=127.0.0.0/8, ::1", "ratelimit.policies.tokens.limits=10/1h",
				"ratelimit.policies.knocking.limits=1/1h", "ratelimit.policies.knocking.ban.after=2/1h",
				"ratelimit.policies.knocking.ban.for=1h", "ratelimit.policies.shadow.paths=/api/**",
				"ratelimit.policies.shadow.limits=1/1h", "ratelimit.policies.shadow.enforce=false");
	}

	/** Has one permit. */
	static MeteredInstance inRedis() {
		return new MeteredInstance(Application.class, WebApplicationType.NONE,
				Stream
					.concat(Stream.of(TestRedis.server().properties()),
							Stream.of("ratelimit.policies.api.limits=1/1h", "ratelimit.store.timeout=10s",
									"ratelimit.store.remember-rejections=1m",
									"ratelimit.store.key-prefix=metered-" + System.nanoTime() + ":"))
					.toArray(String[]::new));
	}

	/** Has a policy that counts without the store, and one that does not. */
	static MeteredInstance withoutStore() {
		return new MeteredInstance(Broken.class, WebApplicationType.NONE, "ratelimit.policies.counted.limits=9/1h",
				"ratelimit.policies.open.limits=9/1h", "ratelimit.policies.open.on-failure=allow");
	}

	RateLimiter limiter() {
		return this.context.getBean(RateLimiter.class);
	}

	void get(String path) throws Exception {
		URI uri = URI.create(
				"http://127.0.0.1:" + this.context.getEnvironment().getRequiredProperty("local.server.port") + path);
		HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
	}

	/** Without those that a registry adds for buckets. */
	Stream<Meter> meters() {
		return registry().getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("ratelimit"))
			.filter((meter) -> meter.getId().syntheticAssociation() == null);
	}

	/** What all counters with these tags have counted. */
	double count(String name, String... tags) {
		return registry().get(name)
			.tags(tags)
			.meters()
			.stream()
			.mapToDouble((meter) -> meter.measure().iterator().next().getValue())
			.sum();
	}

	private MeterRegistry registry() {
		return this.context.getBean(MeterRegistry.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Handlers.class)
	static class Application {

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(BrokenStore.class)
	static class Broken {

	}

	@Controller
	static class Handlers {

		@GetMapping({ "/api/orders", "/target" })
		@ResponseBody
		String done() {
			return "done";
		}

		@GetMapping("/forward")
		String forward() {
			return "forward:/target";
		}

	}

	@Component
	static class BrokenStore implements RateLimitStore {

		@Override
		public String name() {
			return "broken";
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			return CompletableFuture.failedFuture(RateLimitStoreException.unavailable("gone", null, Duration.ZERO));
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			throw new AssertionError("Nothing was charged here");
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return CompletableFuture.completedFuture(null);
		}

	}

}
