package io.github.ratelimit.web;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What callers see of an application that Spring Security protects as Boot configures it,
 * over HTTP, whatever serves it. Form login, HTTP basic and bearer tokens are on, CSRF
 * protection too; {@code /open/**} is open to all, {@code /admin/**} to administrators,
 * the rest to whoever is authenticated. The policies are those of {@code security.yml}.
 */
public abstract class SecurityScenarios {

	private static final Pattern CSRF_TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

	private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

	private final HttpClient client = HttpClient.newHttpClient();

	/** Address of the application. */
	protected abstract URI application();

	/** What is asked, who asks, and expected status and remaining permits of each. */
	static Stream<Arguments> table() {
		return Stream.of(
				Arguments.of("failed HTTP basic before security", "/early/basic",
						"basic:alice:wrong basic:bob:wrong basic:nobody:secret basic:alice", "401/2 401/1 401/0 429/0"),
				Arguments.of("failed bearer tokens before security", "/early/bearer",
						"bearer:rubbish forged:alice expired:alice jwt:alice", "401/2 401/1 401/0 429/0"),
				Arguments.of("what passes security counts before it", "/early/good",
						"basic:alice jwt:alice basic:alice:wrong basic:alice", "200/2 200/1 401/0 429/0"),
				Arguments.of("failed HTTP basic never comes behind security", "/late/basic",
						"basic:alice:wrong basic:bob:wrong basic:nobody:secret basic:alice:wrong basic:alice",
						"401/- 401/- 401/- 401/- 200/2"),
				Arguments.of("failed bearer tokens never come behind security", "/late/bearer",
						"bearer:rubbish forged:alice expired:alice bearer:rubbish jwt:alice",
						"401/- 401/- 401/- 401/- 200/2"),
				Arguments.of("who may not counts before security", "/admin/early",
						"basic:alice jwt:alice basic:alice basic:admin", "403/2 403/1 403/0 429/0"),
				Arguments.of("who may not never comes behind security", "/admin/late",
						"basic:alice jwt:alice basic:alice basic:alice basic:admin", "403/- 403/- 403/- 403/- 200/2"),
				Arguments.of("each principal, else the address", "/open/principal",
						"basic:alice basic:bob basic:alice jwt:alice nobody nobody jwt:carol",
						"200/0 200/0 429/0 429/0 200/0 429/0 200/0"),
				Arguments.of("each tenant, else the principal, else the address", "/open/claim",
						"jwt:alice,tenant=acme jwt:bob,tenant=acme jwt:bob,tenant=other jwt:carol jwt:carol basic:alice"
								+ " basic:alice nobody nobody",
						"200/0 429/0 200/0 200/0 429/0 200/0 429/0 200/0 429/0"),
				Arguments.of("unless a claim or a name says so", "/open/unless-claim",
						"nobody nobody basic:bob jwt:alice,plan=gold jwt:alice,plan=free basic:admin",
						"200/0 429/0 200/- 200/- 429/0 429/0"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("table")
	void table(String name, String path, String callers, String expected) throws Exception {
		assertAnswers(path, callers, expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "role", "prefixed-role", "unless", "unless-prefixed" })
	void administratorsAreExempt(String policy) throws Exception {
		assertAnswers("/open/" + policy,
				"nobody nobody basic:admin jwt:carol,roles=ADMIN basic:alice jwt:carol,roles=USER",
				"200/0 429/0 200/- 200/- 429/0 429/0");
	}

	@Test
	void rejectionBeforeSecurityIsAProblemAndLeavesOtherPathsAlone() throws Exception {
		assertAnswers("/early/problem", "basic:alice:wrong basic:alice:wrong basic:alice:wrong", "401/2 401/1 401/0");
		assertRejected(send(get("/early/problem", "basic:alice")));
		assertAnswers("/early/other", "basic:alice", "200/2");
		assertAnswers("/late/other", "basic:alice", "200/2");
	}

	@Test
	void failedLoginsAreLimitedBeforeSecurity() throws Exception {
		Browser browser = new Browser();
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> failed = browser.login("alice", "wrong");
			assertThat(failed.statusCode()).isEqualTo(302);
			assertThat(failed.headers().firstValue("Location").orElse("")).endsWith("/login?error");
		}
		assertRejected(browser.login("alice", "secret"));
		assertThat(browser.get("/session").statusCode()).isNotEqualTo(200);
		assertThat(browser.login("bob", "secret").headers().firstValue("Location").orElse("error"))
			.doesNotContain("error");
		assertThat(browser.get("/session").statusCode()).isEqualTo(200);
	}

	@Test
	void loginWithoutCsrfTokenIsLimitedBeforeSecurity() throws Exception {
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> failed = send(post("/login", "username=mallory&password=x"));
			assertThat(failed.statusCode()).isBetween(401, 403);
			assertThat(HttpScenarios.remaining(failed)).isEqualTo(String.valueOf(2 - i));
		}
		assertRejected(send(post("/login", "username=mallory&password=x")));
		assertThat(new Browser().login("mallory", "x").statusCode()).isEqualTo(429);
	}

	@Test
	void csrfFailureOfTheLoggedInCountsBeforeSecurityOnly() throws Exception {
		Browser browser = new Browser();
		browser.login("carol", "secret");
		assertThat(browser.post("/csrf/early")).isEqualTo("403/1");
		assertThat(browser.post("/csrf/early")).isEqualTo("403/0");
		assertThat(browser.post("/csrf/early")).isEqualTo("429/0");
		for (int i = 0; i < 3; i++) {
			assertThat(browser.post("/csrf/late")).isEqualTo("403/-");
		}
	}

	@Test
	void answersOfSecurityHaveTheFieldsAndItsOwnHeaders() throws Exception {
		HttpResponse<String> response = send(get("/early/headers", "basic:alice:wrong"));
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(HttpScenarios.fields(response, "RateLimit").get("early")).containsEntry("r", 2L).containsKey("t");
		assertThat(HttpScenarios.fields(response, "RateLimit-Policy").get("early"))
			.isEqualTo(Map.of("q", 3L, "w", 60L));
		assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic");
		assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
	}

	@Test
	void browserThatIsRejectedBeforeSecurityIsNotSentToTheLogin() throws Exception {
		Browser browser = new Browser();
		for (int i = 0; i < 3; i++) {
			browser.login("frank", "wrong");
		}
		HttpResponse<String> response = browser.send(browser.accept(form("/login", "username=frank&password=secret")));
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("Retry-After")).isPresent();
	}

	private void assertAnswers(String path, String callers, String expected) throws Exception {
		List<String> answers = new ArrayList<>();
		for (String caller : callers.split(" ")) {
			answers.add(answer(send(get(path, caller))));
		}
		assertThat(String.join(" ", answers)).isEqualTo(expected);
	}

	private static void assertRejected(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(Long.parseLong(response.headers().firstValue("Retry-After").orElseThrow())).isBetween(1L, 61L);
		assertThat(response.body()).contains("\"status\":429", "\"violated-policies\":[");
	}

	private static String answer(HttpResponse<?> response) {
		return response.statusCode() + "/" + HttpScenarios.remaining(response);
	}

	private HttpRequest get(String path, String caller) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(application() + path));
		String authorization = Credentials.of(caller);
		return (authorization != null) ? request.header("Authorization", authorization).build() : request.build();
	}

	private HttpRequest post(String path, String form) {
		return form(path, form).build();
	}

	private HttpRequest.Builder form(String path, String form) {
		return HttpRequest.newBuilder(URI.create(application() + path))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form));
	}

	private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
		return this.client.send(request, HttpResponse.BodyHandlers.ofString());
	}

	/** Keeps cookies, and reads the login page before it logs in. */
	private final class Browser {

		private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

		HttpResponse<String> login(String name, String password) throws IOException, InterruptedException {
			String token = CSRF_TOKEN.matcher(get("/login").body())
				.results()
				.map((match) -> match.group(1))
				.findFirst()
				.orElseThrow();
			String form = "username=" + name + "&password=" + password + "&_csrf="
					+ URLEncoder.encode(token, StandardCharsets.UTF_8);
			return send(SecurityScenarios.this.post("/login", form));
		}

		HttpResponse<String> get(String path) throws IOException, InterruptedException {
			return send(accept(HttpRequest.newBuilder(URI.create(application() + path))));
		}

		/** Asks for what browsers ask. */
		HttpRequest accept(HttpRequest.Builder request) {
			return request.header("Accept", BROWSER).build();
		}

		String answer(String path) throws IOException, InterruptedException {
			return SecurityScenarios.answer(get(path));
		}

		String post(String path) throws IOException, InterruptedException {
			return SecurityScenarios.answer(send(SecurityScenarios.this.post(path, "a=b")));
		}

		private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
			return this.client.send(request, HttpResponse.BodyHandlers.ofString());
		}

	}

}
