package io.github.ratelimit.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.annotation.RateLimit;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Limits whose file changes while the application runs, over HTTP, on Spring MVC and
 * WebFlux, as Spring Cloud reads it again.
 */
class ReloadTests {

	private final HttpClient client = HttpClient.newHttpClient();

	@TempDir
	private Path folder;

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void limitsChangeAndWhatWasSpentStaysSpent(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, "api: { paths: /api/**, limits: 2/1h }")) {
			assertThat(statuses(context, "/api/a", 3)).isEqualTo("200 200 429 ");
			write("api: { paths: /api/**, limits: 3/1h, reject-status: 503, methods: GET }");
			refresh(context);
			assertThat(statuses(context, "/api/a", 2)).isEqualTo("200 503 ");
			write("api: { paths: /api/b, limits: 3/1h }");
			refresh(context);
			assertThat(statuses(context, "/api/a", 2)).isEqualTo("200 200 ");
			assertThat(statuses(context, "/api/b", 1)).isEqualTo("429 ");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void policiesComeWithWhatNoneAskedForBefore(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, "api: { paths: /api/a, limits: 1/1h }")) {
			assertThat(statuses(context, "/api/b", 2)).isEqualTo("200 200 ");
			write("""
					early: { paths: /api/b, limits: 1/1h, stage: before-security }
					    counted: { paths: /fail, limits: 1/1h, count-when: status == 404 }
					""");
			refresh(context);
			assertThat(statuses(context, "/api/b", 2)).isEqualTo("200 429 ");
			assertThat(statuses(context, "/fail", 2)).isEqualTo("500 500 ");
			assertThat(statuses(context, "/api/a", 2)).isEqualTo("200 200 ");
			write("api: { limits: 9/1h }");
			refresh(context);
			assertThat(statuses(context, "/api/b", 2)).isEqualTo("200 200 ");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void handlersAreLimitedByWhatTheirPoliciesAreNow(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, "named: { limits: 1/1h }")) {
			assertThat(statuses(context, "/named", 2)).isEqualTo("200 429 ");
			assertThat(statuses(context, "/declared", 2)).isEqualTo("200 429 ");
			write("""
					named: { limits: 2/1h }
					    declared: { limits: 3/1h }
					""");
			refresh(context);
			assertThat(statuses(context, "/named", 2)).isEqualTo("200 429 ");
			assertThat(statuses(context, "/declared", 3)).isEqualTo("200 200 429 ");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void wrongValueIsRefusedAndTheOldOneStays(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, "api: { paths: /api/**, limits: 2/1h }")) {
			assertThat(statuses(context, "/api/a", 1)).isEqualTo("200 ");
			for (String wrong : new String[] { "limits: 2", "limits: 9/1h, key: nobody", "limits: 9/1h, unless: 'a ='",
					"limits: 9/1h, methods: FETCH", "limits: 9/1h, reject-status: 200" }) {
				write("api: { paths: /api/**, %s }".formatted(wrong));
				refresh(context);
			}
			write("other: { limits: 1/1h, stage: before-security, key: principal }");
			refresh(context);
			assertThat(statuses(context, "/api/a", 2)).isEqualTo("200 429 ");
		}
	}

	private ConfigurableApplicationContext start(WebApplicationType type, String policies) throws IOException {
		write(policies);
		return new SpringApplicationBuilder(Application.class).web(type)
			.run("--server.port=0", "--ratelimit.store.type=memory",
					"--spring.config.location=" + this.folder.resolve("limits.yml").toUri());
	}

	private void write(String policies) throws IOException {
		String named = policies.contains("named:") ? "" : "    named: { limits: 9/1h }\n";
		Files.writeString(this.folder.resolve("limits.yml"),
				"ratelimit:\n  policies:\n    %s\n%s".formatted(policies.strip(), named));
	}

	private static void refresh(ConfigurableApplicationContext context) {
		assertThat(context.getBean(ContextRefresher.class).refresh()).isNotEmpty();
	}

	private String statuses(ConfigurableApplicationContext context, String path, int times) throws Exception {
		String port = context.getEnvironment().getRequiredProperty("local.server.port");
		StringBuilder statuses = new StringBuilder();
		for (int i = 0; i < times; i++) {
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
			statuses.append(this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()).append(' ');
		}
		return statuses.toString();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Handlers.class)
	static class Application {

	}

	@RestController
	static class Handlers {

		@GetMapping({ "/api/a", "/api/b" })
		String any() {
			return "done";
		}

		@GetMapping("/fail")
		String fail() {
			throw new IllegalStateException("Asked to fail");
		}

		@GetMapping("/named")
		@RateLimit("named")
		String named() {
			return "done";
		}

		@GetMapping("/declared")
		@RateLimit(name = "declared", limits = "1/1h")
		String declared() {
			return "done";
		}

	}

}
