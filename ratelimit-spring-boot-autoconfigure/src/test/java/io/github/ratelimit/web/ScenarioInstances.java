package io.github.ratelimit.web;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

import io.github.ratelimit.redis.TestRedis;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Two instances of an application with the policies of {@code scenarios.yml}, on one
 * Redis.
 */
public final class ScenarioInstances implements AutoCloseable {

	private final List<ConfigurableApplicationContext> contexts;

	public ScenarioInstances(Class<?> application, WebApplicationType type) {
		TestRedis.Server redis = TestRedis.server();
		String[] arguments = { "--spring.config.location=classpath:scenarios.yml",
				"--spring.data.redis.host=" + redis.host(), "--spring.data.redis.port=" + redis.port(),
				"--ratelimit.store.key-prefix=" + type + ":" + System.nanoTime() + ":" };
		this.contexts = IntStream.range(0, 2)
			.mapToObj((i) -> new SpringApplicationBuilder(application).web(type).run(arguments))
			.toList();
	}

	public List<URI> addresses() {
		return this.contexts.stream()
			.map((context) -> context.getEnvironment().getRequiredProperty("local.server.port"))
			.map((port) -> URI.create("http://localhost:" + port))
			.toList();
	}

	@Override
	public void close() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
	}

}
