package io.github.ratelimit.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Limits of a management port of its own, whose context has none of the application's
 * servlet filters.
 */
class ManagementPortTests {

	/** Two servers for WebFlux are on the class path of the tests. */
	private static final String ONE_OF_TWO_SERVERS = "--spring.main.allow-bean-definition-overriding=true";

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void whatDoesNotCountIsGivenBack(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.run(ONE_OF_TWO_SERVERS, "--server.port=0", "--management.server.port=0",
					"--management.endpoints.web.exposure.include=*", "--ratelimit.store.type=memory",
					"--ratelimit.policies.misses.paths=/**", "--ratelimit.policies.misses.limits=2/1h",
					"--ratelimit.policies.misses.count-when=status == 404")) {
			String port = context.getEnvironment().getRequiredProperty("local.management.port");
			assertThat(statuses(port, "/actuator/info", 4)).isEqualTo("200 200 200 200 ");
			assertThat(statuses(port, "/actuator/metrics/none", 3)).isEqualTo("404 404 429 ");
		}
	}

	private static String statuses(String port, String path, int times) throws Exception {
		StringBuilder statuses = new StringBuilder();
		for (int i = 0; i < times; i++) {
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
			statuses
				.append(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
				.append(' ');
		}
		return statuses.toString();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
