package io.github.ratelimit.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import com.example.security.Accounts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A management port of its own, at which policies do not apply.
 */
class ManagementPortTests {

	/** Two servers for WebFlux are on the class path of the tests. */
	private static final String ONE_OF_TWO_SERVERS = "--spring.main.allow-bean-definition-overriding=true";

	@ParameterizedTest
	@CsvSource({ "SERVLET, before-security", "SERVLET, after-security", "REACTIVE, before-security",
			"REACTIVE, after-security" })
	void isNotLimited(WebApplicationType type, String stage) throws Exception {
		for (boolean secured : new boolean[] { true, false }) {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
				.run("--spring.config.location=optional:classpath:none.yml", "--server.port=0",
						"--management.server.port=0", ONE_OF_TWO_SERVERS, "--management.health.redis.enabled=false",
						"--secured=" + secured, "--ratelimit.store.type=memory",
						"--server.netty.max-keep-alive-requests=1", "--ratelimit.policies.all.paths=/**",
						"--ratelimit.policies.all.limits=1/1h", "--ratelimit.policies.all.stage=" + stage)) {
				assertThat(statuses(context, "management")).isEqualTo("200 200 200 ");
				if (!secured || stage.equals("before-security")) {
					assertThat(statuses(context, "server")).endsWith(" 429 429 ");
				}
			}
		}
	}

	private static String statuses(ConfigurableApplicationContext context, String server) throws Exception {
		String port = context.getEnvironment().getRequiredProperty("local." + server + ".port");
		StringBuilder statuses = new StringBuilder();
		for (int i = 0; i < 3; i++) {
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health"))
				.build();
			statuses
				.append(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
				.append(' ');
		}
		return statuses.toString();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Accounts.class)
	static class Application {

	}

}
