package io.github.ratelimit.web.servlet;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a caller sees while the store cannot decide.
 */
class StoreFailureTests {

	@Test
	void applicationStartsWithoutRedisAndAnswersWith503() throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).run(
				"--server.port=0", "--spring.config.location=optional:classpath:none.yml", "--spring.data.redis.port=1",
				"--ratelimit.policies.api.paths=/limited", "--ratelimit.policies.api.limits=1/1m")) {
			HttpResponse<String> limited = get(context, "/limited");
			assertThat(limited.statusCode()).isEqualTo(503);
			assertThat(limited.headers().firstValue("Retry-After")).hasValue("1");
			assertThat(limited.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(limited.headers().firstValue("Cache-Control")).hasValue("no-store");
			assertThat(limited.body()).contains(
					"\"type\":\"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity\"",
					"\"detail\":\"Rate limits cannot be checked at the moment.\"");
			assertThat(get(context, "/free").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void redisThatHangsCostsTheDeadlineAndNoMore() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
				ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).run(
						"--server.port=0", "--spring.config.location=optional:classpath:none.yml",
						"--spring.data.redis.port=" + silent.getLocalPort(), "--ratelimit.policies.api.paths=/limited",
						"--ratelimit.policies.api.limits=1/1m")) {
			get(context, "/free");
			long start = System.nanoTime();
			for (int i = 0; i < 3; i++) {
				assertThat(get(context, "/limited").statusCode()).isEqualTo(503);
			}
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(250),
					Duration.ofSeconds(9));
		}
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext context, String path) throws Exception {
		String port = context.getEnvironment().getRequiredProperty("local.server.port");
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
					HttpResponse.BodyHandlers.ofString());
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Handlers.class)
	static class Application {

	}

	@RestController
	static class Handlers {

		@GetMapping({ "/limited", "/free" })
		String any() {
			return "done";
		}

	}

}
