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
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * S30 over HTTP/2, where method and path are fields of their own.
 */
class Http2Tests {

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void whateverReachesTheHandlerWasCounted(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.run("--server.port=0", "--spring.config.location=optional:classpath:none.yml",
					"--server.http2.enabled=true", "--ratelimit.store.type=memory",
					"--ratelimit.policies.login.paths=/login", "--ratelimit.policies.login.limits=3/1m")) {
			HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
			String instance = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
			List<Integer> statuses = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				for (String path : List.of("/login", "/%6cogin", "//login", "/login/", "/login;x=1", "/./login",
						"/x/../login", "/LOGIN", "/login?x=1", "/login%2f")) {
					for (String method : List.of("GET", "HEAD", "PUT")) {
						HttpResponse<String> response = client.send(HttpRequest.newBuilder(URI.create(instance + path))
							.method(method, HttpRequest.BodyPublishers.noBody())
							.build(), HttpResponse.BodyHandlers.ofString());
						assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
						statuses.add(response.statusCode());
					}
				}
			}
			assertThat(statuses).filteredOn((status) -> status == 200).hasSize(3);
			assertThat(statuses).contains(429);
		}
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Login.class)
	static class Application {

	}

	@RestController
	static class Login {

		@RequestMapping("/login")
		String login() {
			return "in";
		}

	}

}
