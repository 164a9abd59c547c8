package io.github.ratelimit.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

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
		try (ConfigurableApplicationContext context = run(type, "--ratelimit.policies.misses.paths=/**",
				"--ratelimit.policies.misses.limits=2/1h", "--ratelimit.policies.misses.count-when=status == 404",
				"--ratelimit.policies.misses.exclude-paths=/nothing/**", "--ratelimit.policies.found.paths=/nothing/**",
				"--ratelimit.policies.found.limits=2/1h", "--ratelimit.policies.found.count-when=status == 200")) {
			assertThat(statuses(context, "/actuator/info", 4)).isEqualTo("200 200 200 200 ");
			assertThat(statuses(context, "/actuator/metrics/none", 3)).isEqualTo("404 404 429 ");
			assertThat(statuses(context, "/nothing/here", 4)).isEqualTo("404 404 404 404 ");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void policiesBeforeSecurityHoldThere(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = run(type, "--ratelimit.policies.early.paths=/**",
				"--ratelimit.policies.early.limits=2/1h", "--ratelimit.policies.early.stage=before-security")) {
			assertThat(statuses(context, "/actuator/info", 3)).isEqualTo("200 200 429 ");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void bannedAddressesAreRefusedThere(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = run(type, "--ratelimit.web.banned-addresses=127.0.0.0/8")) {
			assertThat(statuses(context, "/actuator/info", 1)).isEqualTo("403 ");
		}
	}

	private static ConfigurableApplicationContext run(WebApplicationType type, String... properties) {
		List<String> arguments = new ArrayList<>(List.of(properties));
		arguments.addAll(List.of(ONE_OF_TWO_SERVERS, "--server.port=0", "--management.server.port=0",
				"--management.endpoints.web.exposure.include=*", "--ratelimit.store.type=memory"));
		return new SpringApplicationBuilder(Application.class).web(type).run(arguments.toArray(String[]::new));
	}

	private static String statuses(ConfigurableApplicationContext context, String path, int times) throws Exception {
		String port = context.getEnvironment().getRequiredProperty("local.management.port");
		StringBuilder statuses = new StringBuilder();
		for (int i = 0; i < times; i++) {
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
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
