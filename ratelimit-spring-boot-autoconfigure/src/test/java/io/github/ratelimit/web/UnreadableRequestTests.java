package io.github.ratelimit.web;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import com.example.security.Attacker;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Forms that cannot be read, over HTTP.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnreadableRequestTests {

	private static final String FORM = "application/x-www-form-urlencoded";

	private static final String MULTIPART = "multipart/form-data; boundary=x";

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void areCountedAsOneClientAndAnsweredByAProblem(WebApplicationType type, CapturedOutput output) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.run("--spring.config.location=optional:classpath:none.yml", "--server.port=0",
					"--ratelimit.store.type=memory", "--ratelimit.policies.key.paths=/key",
					"--ratelimit.policies.key.key=form:u", "--ratelimit.policies.key.limits=2/1h",
					"--ratelimit.policies.early.paths=/early", "--ratelimit.policies.early.limits=9/1h",
					"--ratelimit.policies.early.stage=before-security",
					"--ratelimit.policies.early.unless=form('u') == 'free'", "--ratelimit.policies.late.paths=/late",
					"--ratelimit.policies.late.limits=9/1h", "--ratelimit.policies.late.unless=form('u') == 'free'",
					"--ratelimit.web.trusted-proxies=127.0.0.1")) {
			Attacker client = new Attacker(URI
				.create("http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port")));
			if (type == WebApplicationType.SERVLET) {
				for (int status : new int[] { 400, 400, 429 }) {
					assertProblem(client.post("/key", "v=1&u=%zz"), status);
				}
			}
			for (String path : new String[] { "/early", "/late" }) {
				assertProblem(client.post(path, MULTIPART, Attacker.chunked(Attacker.multipart("u", "x"))), 413);
				assertProblem(client.post(path, FORM, BodyPublishers.ofString("u=%zz")), 400);
			}
			assertThat(output).doesNotContain("\tat ");
		}
	}

	private static void assertProblem(HttpResponse<String> response, int status) {
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body()).contains("\"status\":" + status, "\"detail\":\"");
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Handler.class)
	static class Application {

	}

	@RestController
	static class Handler {

		@PostMapping({ "/key", "/early", "/late" })
		String done() {
			return "done";
		}

	}

}
