package io.github.ratelimit.web.servlet;

import java.net.URI;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import io.github.ratelimit.web.ProxyScenarios;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Callers behind a proxy, on Spring MVC and Tomcat.
 */
class ServletProxyTests extends ProxyScenarios {

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		context = new SpringApplicationBuilder(ServletScenarioTests.Application.class).run(
				"--spring.config.location=classpath:scenarios.yml", "--ratelimit.store.type=memory",
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
