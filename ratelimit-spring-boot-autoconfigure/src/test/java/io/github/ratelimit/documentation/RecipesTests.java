package io.github.ratelimit.documentation;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.example.extending.ExtensionPoints;
import com.example.recipes.Assistant;
import com.example.recipes.Digest;
import com.example.recipes.RecipeBeans;
import com.example.security.OperatorSecurity;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Recipes do what they are for, with the configuration that the page shows.
 */
class RecipesTests {

	private static final Page PAGE = Page.named("recipes");

	@Test
	void onlyFailedLoginsCountAndOperatorsAreAsked() {
		try (RunningPage shop = start("Login protection", OperatorSecurity.class, "--secured=true",
				"--management.endpoints.web.exposure.include=ratelimits")) {
			for (int i = 0; i < 12; i++) {
				assertThat(login(shop, "alice", "wonderland").headers().firstValue("Location")).get()
					.asString()
					.doesNotContain("error");
			}
			for (int i = 0; i < 10; i++) {
				assertThat(login(shop, "user" + i, "guess").headers().firstValue("Location")).get()
					.asString()
					.endsWith("/login?error");
			}
			HttpResponse<String> rejected = login(shop, "alice", "wonderland");
			assertThat(rejected.statusCode()).isEqualTo(429);
			assertThat(rejected.body()).contains("login-address-10m");
			assertThat(operate(shop, "olga:secret")).isEqualTo(200);
			assertThat(operate(shop, "alice:wonderland")).isEqualTo(403);
			assertThat(shop.get("/actuator/ratelimits").statusCode()).isEqualTo(401);
		}
	}

	private static HttpResponse<String> login(RunningPage shop, String user, String password) {
		return shop.post("/login", "username=" + user + "&password=" + password);
	}

	private static int operate(RunningPage shop, String operator) {
		String basic = Base64.getEncoder().encodeToString(operator.getBytes(StandardCharsets.UTF_8));
		return shop.get("/actuator/ratelimits", "Authorization", "Basic " + basic).statusCode();
	}

	@Test
	void apiKeysHaveTheirPlan() {
		try (RunningPage shop = start("API plans", RecipeBeans.class)) {
			assertThat(shop.get("/v1/orders", "X-Api-Key", "pro-1").headers().firstValue("RateLimit-Policy")).get()
				.asString()
				.contains("\"api\";q=500");
			assertThat(shop.get("/v1/orders", "X-Api-Key", "other").headers().firstValue("RateLimit-Policy")).get()
				.asString()
				.contains("\"api\";q=10");
		}
	}

	@Test
	void someCallsTakeMoreOfOneBudget() {
		try (RunningPage shop = start("Expensive endpoints", ExtensionPoints.class)) {
			assertThat(remaining(shop.get("/api/orders"))).isEqualTo(599);
			assertThat(remaining(shop.post("/api/orders", "a=b"))).isEqualTo(594);
			assertThat(remaining(shop.get("/api/export"))).isEqualTo(534);
		}
	}

	@Test
	void uploadsAreChargedByTheirSize() {
		byte[] file = new byte[1_500_000];
		try (RunningPage shop = start("Uploads by size", RecipeBeans.class)) {
			assertThat(remaining(upload(shop, BodyPublishers.ofByteArray(new byte[10])))).isEqualTo(499);
			assertThat(remaining(upload(shop, BodyPublishers.ofByteArray(file)))).isEqualTo(497);
			assertThat(
					remaining(upload(shop, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[10])))))
				.isEqualTo(397);
		}
	}

	private static HttpResponse<String> upload(RunningPage shop, BodyPublisher body) {
		return shop.send(shop.request("/uploads").POST(body));
	}

	@Test
	void tokensAreReservedAndSettled() {
		try (RunningPage shop = start("Tokens of a language model", RecipeBeans.class)) {
			Assistant assistant = shop.bean(Assistant.class);
			assertThat(assistant.ask("alice", "Why?")).isEqualTo("Because.");
			assertThat(left(shop, "tokens", "alice")).isEqualTo(20_000 - 120);
			assertThatIllegalArgumentException().isThrownBy(() -> assistant.ask("alice", ""));
			assertThat(left(shop, "tokens", "alice")).isEqualTo(20_000 - 120);
			assistant.ask("alice", "Why? ".repeat(130));
			assertThatExceptionOfType(RateLimitExceededException.class)
				.isThrownBy(() -> assistant.ask("alice", "Why?"));
		}
	}

	@Test
	void messagesOfASocketAreLimited() {
		try (RunningPage shop = RunningPage.start(WebApplicationType.REACTIVE, PAGE.snippet("Web sockets", "yaml"),
				List.of(RecipeBeans.class, Sockets.class))) {
			List<String> answers = new CopyOnWriteArrayList<>();
			new ReactorNettyWebSocketClient()
				.execute(shop.address("ws", "/chat"),
						(session) -> session.send(Flux.range(1, 6).map(String::valueOf).map(session::textMessage))
							.thenMany(session.receive().map(WebSocketMessage::getPayloadAsText).take(6))
							.doOnNext(answers::add)
							.then())
				.block(Duration.ofSeconds(30));
			assertThat(answers).containsExactly("1", "2", "3", "4", "5", "Slow down.");
		}
	}

	@Test
	void jobRunsOnce() {
		try (RunningPage shop = start("Jobs", RecipeBeans.class)) {
			Digest digest = shop.bean(Digest.class);
			digest.send();
			digest.send();
			assertThat(digest.sent()).isEqualTo(1);
		}
	}

	private static RunningPage start(String heading, Class<?> beans, String... properties) {
		return RunningPage.start(WebApplicationType.SERVLET, PAGE.snippet(heading, "yaml"), List.of(beans), properties);
	}

	private static long left(RunningPage shop, String policy, String key) {
		return shop.bean(RateLimiter.class).tryAcquire(policy, key, 0).states().get(0).remaining();
	}

	private static long remaining(HttpResponse<String> response) {
		return Long
			.parseLong(response.headers().firstValue("RateLimit").orElseThrow().replaceFirst(".*;r=(\\d+);.*", "$1"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Sockets {

		@Bean
		HandlerMapping sockets(WebSocketHandler chat) {
			return new SimpleUrlHandlerMapping(Map.of("/chat", chat), -1);
		}

	}

}
