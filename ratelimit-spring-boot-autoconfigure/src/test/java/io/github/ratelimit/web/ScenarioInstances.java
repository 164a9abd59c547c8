package io.github.ratelimit.web;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.redis.MovableClock;
import io.github.ratelimit.redis.TestRedis;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * An application with the policies of {@code scenarios.yml} on one Redis: two instances
 * that go by the clock of Redis, and two that go by one which tests move.
 */
public final class ScenarioInstances implements AutoCloseable {

	private final List<ConfigurableApplicationContext> contexts;

	private final List<ConfigurableApplicationContext> timed;

	public ScenarioInstances(Class<?> application, WebApplicationType type, MovableClock clock, String... properties) {
		this.contexts = start(application, type, properties, (context) -> {
		});
		this.timed = start(application, type, properties,
				(context) -> ((GenericApplicationContext) context).registerBean(RateLimitStore.class,
						() -> clock.store(context.getBean(RedisConnectionFactory.class),
								context.getEnvironment().getRequiredProperty("ratelimit.store.key-prefix"))));
	}

	private static List<ConfigurableApplicationContext> start(Class<?> application, WebApplicationType type,
			String[] properties, ApplicationContextInitializer<ConfigurableApplicationContext> initializer) {
		TestRedis.Server redis = TestRedis.server();
		List<String> arguments = new ArrayList<>(List.of(properties));
		arguments.addAll(List.of("--spring.config.location=classpath:scenarios.yml",
				"--spring.data.redis.host=" + redis.host(), "--spring.data.redis.port=" + redis.port(),
				"--ratelimit.store.key-prefix=" + type + ":" + System.nanoTime() + ":"));
		return IntStream.range(0, 2)
			.mapToObj((i) -> new SpringApplicationBuilder(application).web(type)
				.initializers(initializer)
				.run(arguments.toArray(String[]::new)))
			.toList();
	}

	public List<URI> addresses() {
		return addresses(this.contexts);
	}

	/** Of the instances that go by the clock which tests move. */
	public List<URI> timed() {
		return addresses(this.timed);
	}

	private static List<URI> addresses(List<ConfigurableApplicationContext> contexts) {
		return contexts.stream()
			.map((context) -> context.getEnvironment().getRequiredProperty("local.server.port"))
			.map((port) -> URI.create("http://localhost:" + port))
			.toList();
	}

	@Override
	public void close() {
		Stream.concat(this.contexts.stream(), this.timed.stream()).forEach(ConfigurableApplicationContext::close);
	}

}
