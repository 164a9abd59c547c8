package io.github.ratelimit.web.reactive;

import java.net.URI;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import io.github.ratelimit.web.ProxyScenarios;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Callers behind a proxy, on WebFlux and Netty.
 */
class ReactiveProxyTests extends ProxyScenarios {

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		context = new SpringApplicationBuilder(ReactiveScenarioTests.Application.class).web(WebApplicationType.REACTIVE)
			.run("--spring.config.location=classpath:scenarios.yml", "--ratelimit.store.type=memory",
					"--ratelimit.web.trusted-proxies=" + TRUSTED);
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Override
	protected URI application() {
		return URI.create("http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port"));
	}

}
