package io.github.ratelimit.documentation;

import java.net.http.HttpResponse;
import java.util.List;

import com.example.shop.ShopApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Who follows the page sees what it shows.
 */
@ExtendWith(OutputCaptureExtension.class)
class GettingStartedTests {

	private static final Page PAGE = Page.named("getting-started");

	@Test
	void sixthCallIsRejectedAndCounted(CapturedOutput output) {
		try (RunningPage shop = start()) {
			assertThat(output).contains(shown("A limit", "Rate limits are kept").lines().toList());
			for (int i = 0; i < 5; i++) {
				assertThat(shop.post("/login", "user=alice&password=guess").statusCode()).isEqualTo(401);
			}
			HttpResponse<String> rejected = shop.post("/login", "user=alice&password=guess");
			assertThat(rejected.statusCode()).isEqualTo(429);
			assertThat(shown("A rejected call", "HTTP/1.1 429").lines().skip(1)).allSatisfy((line) -> {
				String[] field = line.split(": ", 2);
				assertThat(rejected.headers().firstValue(field[0])).get()
					.asString()
					.matches((value) -> times(value).equals(times(field[1])), line);
			});
			assertThat(shop.get("/actuator/metrics/ratelimit.decisions?tag=policy:login&tag=outcome:rejected").body())
				.isEqualTo(PAGE.snippet("What is counted", "json").text());
			assertThat(shop.get("/actuator/ratelimits/login").body()).contains("\"login\"");
			for (String address : List.of("ip:127.0.0.1", "ip:::/64")) {
				assertThat(shop.send(shop.request("/actuator/ratelimits/login/" + address).DELETE()).statusCode())
					.isEqualTo(204);
			}
			assertThat(shop.post("/login", "user=alice&password=wonderland").body()).isEqualTo("Welcome, alice");
		}
	}

	@Test
	void mistakeIsExplained(CapturedOutput output) {
		assertThatThrownBy(() -> start("--ratelimit.policies.login.limits=5/minit")).isNotNull();
		assertThat(output).contains(
				shown("A mistake", "A rate limit cannot").lines().filter((line) -> !line.contains("Origin")).toList());
	}

	private static RunningPage start(String... properties) {
		return RunningPage.start(WebApplicationType.SERVLET, PAGE.snippet("A limit", "yaml"),
				List.of(ShopApplication.class), properties);
	}

	private static String shown(String heading, String beginning) {
		return PAGE.snippets()
			.stream()
			.filter((snippet) -> snippet.heading().equals(heading) && snippet.text().startsWith(beginning))
			.findFirst()
			.orElseThrow()
			.text();
	}

	/** Some milliseconds more or less do not matter. */
	private static String times(String value) {
		return value.replaceAll("t=\\d+", "t=").replaceFirst("^\\d+$", "");
	}

}
