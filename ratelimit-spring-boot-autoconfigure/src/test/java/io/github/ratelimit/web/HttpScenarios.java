package io.github.ratelimit.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.redis.MovableClock;
import io.github.ratelimit.redis.TestRedis;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a caller sees over HTTP, whatever serves it. The policies are those of
 * {@code scenarios.yml}.
 */
@ExtendWith(OutputCaptureExtension.class)
public abstract class HttpScenarios {

	private static final String WAIT = "WAIT ";

	private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "get", "FOO");

	/** What instances go by in scenarios that wait. */
	protected static final MovableClock CLOCK = new MovableClock();

	private final HttpClient client = HttpClient.newHttpClient();

	/** The application, two instances of it on one Redis for each clock. */
	protected abstract ScenarioInstances application();

	/** How often the handler of {@code /login} was called, on all instances. */
	protected abstract int logins();

	/** Scenario, requests, expected status and expected remaining of the first limit. */
	static Stream<Scenario> table() {
		return Stream.of(new Scenario("S01", times(7, "GET /s01"), "200 200 200 200 200 429 429", "4 3 2 1 0 0 0"),
				new Scenario("S02",
						steps(times(7, "GET /s02-timed"), "WAIT 59999ms", "GET /s02-timed", "WAIT 1ms",
								"GET /s02-timed"),
						"200 200 200 200 200 429 429 429 200", "4 3 2 1 0 0 0 0 4"),
				new Scenario("S03",
						steps(List.of("GET /s03"), "WAIT 1900ms", times(12, "GET /s03"), "WAIT 200ms",
								times(12, "GET /s03")),
						"200 " + "200 ".repeat(9) + "429 429 429 200 " + "429 ".repeat(11),
						"9 8 7 6 5 4 3 2 1 0 0 0 0 " + "0 ".repeat(12)),
				new Scenario("S06",
						steps(times(6, "GET /s06"), "WAIT 11999ms", "GET /s06", "WAIT 1ms", times(2, "GET /s06")),
						"200 200 200 200 200 429 429 200 429", "4 3 2 1 0 0 0 0 0"),
				new Scenario("S07", List.of("GET /s07 X-Cost=3", "GET /s07 X-Cost=3", "GET /s07 X-Cost=0"),
						"200 429 200", "2 2 2"),
				new Scenario("S09",
						List.of("GET /s09 X-Cost=3", "GET /s09 X-Cost=3", "GET /s09 X-Cost=3", "GET /s09 X-Cost=1"),
						"200 429 429 200", "1 1 1 0"),
				new Scenario("S10", times(4, "GET /s10"), "200 200 200 200", "2 2 2 2"),
				new Scenario("S11", times(10, "GET /s11"), "200 200 200 429 429 429 429 429 429 429",
						"99 98 97 97 97 97 97 97 97 97"),
				new Scenario("S12", times(4, "GET /s12 X-User=alice"), "200 200 429 429", "1 0 0 0"),
				new Scenario("S13", List.of("GET /s13/a", "GET /s13/b", "GET /s13/a"), "200 200 429", "1 0 0"),
				new Scenario("S14",
						List.of("GET /s14/a", "GET /s14/b", "GET /s14/a", "GET /s14/b", "GET /s14/a", "GET /s14/b"),
						"200 200 200 200 429 429", "1 1 0 0 0 0"),
				new Scenario("S15",
						List.of("POST /s15", "POST /s15", "GET /s15", "GET /s15", "GET /s15", "GET /s15", "GET /s15"),
						"200 429 200 200 200 200 429", "0 0 3 2 1 0 0"),
				new Scenario("S17",
						List.of("PREFLIGHT /s17", "PREFLIGHT /s17", "PREFLIGHT /s17", "GET /s17", "GET /s17",
								"GET /s17"),
						"200 200 200 200 200 429", "- - - 1 0 0"),
				new Scenario("a preflight that the application answers is free ahead of everything",
						times(3, "PREFLIGHT /cors-early"), "200 200 200", "- - -"),
				new Scenario("S22", times(3, "GET /s22/fail"), "500 500 429", "1 0 0"),
				new Scenario("S28", List.of("GET /s28 X-Forwarded-For=6.6.6.1", "GET /s28 X-Forwarded-For=6.6.6.2",
						"GET /s28 X-Forwarded-For=6.6.6.3,127.0.0.1 Forwarded=for=6.6.6.4"), "200 429 429", "0 0 0"),
				new Scenario("S33", times(4, "GET /s33"), "200 200 200 200", "- - - -"),
				new Scenario("a policy that looks on beside one that decides", times(4, "GET /s33-beside"),
						"200 200 200 429", "2 1 0 0"),
				new Scenario("HEAD counts as GET", List.of("HEAD /head", "GET /head", "HEAD /head"), "200 200 429",
						"1 0 0"),
				new Scenario("excluded paths", List.of("GET /excluded/x", "GET /excluded/free/x", "GET /excluded/x"),
						"200 200 429", "0 - 0"),
				new Scenario("a missing header falls back to the address",
						List.of("GET /fallback", "GET /fallback", "GET /fallback X-Api-Key=a",
								"GET /fallback X-Api-Key=a", "GET /fallback X-Api-Key=b", "GET /fallback X-Api-Key="),
						"200 429 200 429 200 429", "0 0 0 0 0 0"),
				new Scenario("several parts make one key",
						List.of("GET /composite/a X-Api-Key=a", "GET /composite/b X-Api-Key=a",
								"GET /composite/a X-Api-Key=b", "GET /composite/a X-Api-Key=a"),
						"200 200 200 429", "0 0 0 0"),
				new Scenario("a cookie, else a header, else the address",
						List.of("GET /cookie Cookie=id=a", "GET /cookie Cookie=id=b", "GET /cookie Cookie=x=y;id=a",
								"GET /cookie X-Api-Key=a", "GET /cookie Cookie=ID=a X-Api-Key=a", "GET /cookie",
								"GET /cookie Cookie=id="),
						"200 200 429 200 429 200 429", "0 0 0 0 0 0 0"),
				new Scenario("a parameter",
						List.of("GET /param?user=a", "GET /param?user=b", "GET /param?x=y&user=%61", "GET /param?user=",
								"POST /param"),
						"200 200 429 200 429", "0 0 0 0 0"),
				new Scenario("each method", List.of("GET /method", "POST /method", "HEAD /method", "POST /method"),
						"200 200 429 429", "0 0 0 0"),
				new Scenario("one key for everyone", List.of("GET /everyone X-Api-Key=a", "GET /everyone X-Api-Key=b"),
						"200 429", "0 0"),
				new Scenario("a bean resolves the key",
						List.of("GET /tenant X-Tenant=a", "GET /tenant X-Tenant=b", "GET /tenant X-Tenant=a"),
						"200 200 429", "0 0 0"),
				new Scenario("a handler that charges by hand", times(2, "GET /by-hand"), "200 429", "- 0"),
				new Scenario("a policy that is off", times(2, "GET /off"), "200 200", "- -"),
				new Scenario("a handler names a policy", times(3, "GET /annotated/named"), "200 200 429", "1 0 0"),
				new Scenario("a handler declares a policy", times(3, "GET /annotated/declared"), "200 200 429",
						"1 0 0"),
				new Scenario("a handler costs more of the policy of its path", times(3, "GET /annotated/path/cost"),
						"200 200 429", "2 0 0"),
				new Scenario("a handler is exempt", times(3, "GET /annotated/path/exempt"), "200 200 200", "- - -"),
				new Scenario("a cost that depends on the request",
						List.of("GET /cost", "POST /cost", "POST /cost", "GET /cost", "GET /cost"),
						"200 200 429 200 429", "6 1 1 0 0"),
				new Scenario("an exempt handler that fails", times(3, "GET /annotated/path/exempt-and-fails"),
						"500 500 500", "- - -"),
				new Scenario("asynchronous results are charged once", times(3, "GET /async"), "200 200 429", "1 0 0"),
				new Scenario("unknown paths under a policy", times(2, "GET /missing/file.txt"), "404 429", "0 0"),
				new Scenario("a path is one key however it is written",
						List.of("GET /pathkey", "GET /pathkey;a=1", "GET /%70athkey", "GET /pathkey?x=1"),
						"200 429 429 429", "0 0 0 0"),
				new Scenario("unknown methods under a policy", List.of("POST /s405", "DELETE /s405", "GET /s405"),
						"405 405 429", "1 0 0"),
				new Scenario("functional endpoints",
						List.of("GET /functional/a", "GET /functional/b", "GET /functional/a"), "200 200 429", "1 0 0"),
				new Scenario("the key of a functional endpoint is its pattern",
						List.of("GET /functional/route/a", "GET /functional/route/b"), "200 429", "0 0"),
				new Scenario("before security, and again after it", times(3, "GET /staged"), "200 200 429", "8 7 6"),
				new Scenario("a handler counts only some responses of some callers",
						List.of("GET /annotated/conditions/good", "GET /annotated/conditions/bad",
								"GET /annotated/conditions/good", "GET /annotated/conditions/bad",
								"GET /annotated/conditions/bad", "GET /annotated/conditions/good X-Internal=yes"),
						"200 401 200 401 429 200", "1 1 0 0 0 -"),
				new Scenario("unknown paths before security", times(2, "GET /early/nowhere"), "404 429", "0 0"),
				new Scenario("Actuator's endpoints", times(2, "GET /actuator/info"), "200 429", "0 0"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("table")
	void table(Scenario scenario) throws Exception {
		List<String> statuses = new ArrayList<>();
		List<String> remaining = new ArrayList<>();
		List<URI> instances = scenario.waits() ? application().timed() : application().addresses();
		for (int i = 0; i < scenario.requests().size(); i++) {
			String request = scenario.requests().get(i);
			if (request.startsWith(WAIT)) {
				CLOCK.advance(DurationStyle.SIMPLE.parse(request.substring(WAIT.length())));
				continue;
			}
			HttpResponse<String> response = send(instances.get(i % 2), request);
			statuses.add(String.valueOf(response.statusCode()));
			remaining.add(remaining(response));
			assertRetryAfterOnlyIfRejected(response);
		}
		assertThat(String.join(" ", statuses)).isEqualTo(scenario.statuses().trim());
		assertThat(String.join(" ", remaining)).isEqualTo(scenario.remaining().trim());
	}

	@Test
	void s02WaitingRetryAfterSucceeds() throws Exception {
		HttpResponse<String> response = send("GET /s02");
		while (response.statusCode() == 200) {
			response = send("GET /s02");
		}
		long seconds = Long.parseLong(response.headers().firstValue("Retry-After").orElseThrow());
		assertThat(seconds).isEqualTo(1);
		Thread.sleep(Duration.ofSeconds(seconds).toMillis());
		assertThat(send("GET /s02").statusCode()).isEqualTo(200);
	}

	@Test
	void s04NeverMoreThanThePermitsInAnyWindow() throws Exception {
		URI instance = application().timed().get(0);
		Deque<Long> allowed = new ArrayDeque<>();
		send(instance, "GET /s04");
		CLOCK.advance(Duration.ofMillis(59_900));
		for (int i = 0; i < 100; i++) {
			passes(instance, "GET /s04", allowed);
		}
		assertThat(allowed).hasSize(99);
		int passed = 0;
		for (int i = 0; i < 9000; i++) {
			CLOCK.advance(Duration.ofMillis(7));
			while (!allowed.isEmpty() && allowed.peek() <= CLOCK.millis() - 60_000) {
				allowed.remove();
			}
			passed += passes(instance, "GET /s04", allowed) ? 1 : 0;
			assertThat(allowed).hasSizeLessThanOrEqualTo(100);
		}
		assertThat(passed).isBetween(100, 101);
	}

	private boolean passes(URI instance, String request, Deque<Long> allowed) throws Exception {
		boolean passes = send(instance, request).statusCode() == 200;
		if (passes) {
			allowed.add(CLOCK.millis());
		}
		return passes;
	}

	@ParameterizedTest
	@ValueSource(strings = { "sliding-window", "token-bucket", "fixed-window" })
	void s05TwoInstancesTogetherAllowExactlyThePermits(String algorithm) {
		assertThat(statusesInParallel(400, "GET /s05/" + algorithm)).isEqualTo(Map.of(200, 50, 429, 350));
	}

	@Test
	void s08CostThatNeverFitsIsRejectedForEver() throws Exception {
		HttpResponse<String> response = send("GET /s08 X-Cost=6");
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().map()).doesNotContainKey("retry-after");
		assertThat(remaining(send("GET /s08 X-Cost=0"))).isEqualTo("5");
	}

	@Test
	void s12RejectedCallIsChargedToNoPolicy() throws Exception {
		IntStream.range(0, 4).forEach((i) -> sendQuietly("GET /s12 X-User=bob"));
		Map<String, Map<String, Long>> limits = fields(send("GET /s12 X-User=carol"), "RateLimit");
		assertThat(limits.get("s12-user")).containsEntry("r", 100L);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /s16 X-Internal=yes", "GET /s16-address", "GET /s16 X-Partner=yes" })
	void s16ExemptCallerCostsNoRedisCommand(String request) throws Exception {
		send("GET /s16");
		try (RedisConnection connection = redis().getConnection()) {
			String before = decisions(connection);
			for (int i = 0; i < 5; i++) {
				HttpResponse<String> response = send(request);
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
			}
			assertThat(decisions(connection)).isEqualTo(before);
			send("GET /s16");
			assertThat(decisions(connection)).isNotEqualTo(before);
		}
	}

	@Test
	void s18OnlyFailuresAreCounted() throws Exception {
		List<Integer> statuses = new ArrayList<>();
		for (String path : Stream.of(Collections.nCopies(10, "good"), Collections.nCopies(6, "bad"), List.of("good"))
			.flatMap(List::stream)
			.toList()) {
			statuses.add(send("GET /s18/" + path).statusCode());
		}
		assertThat(statuses).containsExactly(200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401, 401, 429,
				429, 429);
	}

	@Test
	void s19FailuresAtTheSameTimeDoNotSlipThrough() {
		assertThat(statusesInParallel(20, "GET /s19/bad")).isEqualTo(Map.of(401, 4, 429, 16));
	}

	@Test
	void s20NobodyIsLeftLockedOut() throws Exception {
		assertThat(statusesInParallel(10, "GET /s20/good")).containsOnlyKeys(200, 429);
		while (!remaining(send("GET /s20/good")).equals("1")) {
			Thread.onSpinWait();
		}
		for (int i = 0; i < 10; i++) {
			HttpResponse<String> response = send("GET /s20/good");
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(remaining(response)).isEqualTo("1");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sliding-window", "token-bucket", "fixed-window" })
	void s21RefundThatComesTooLateGivesNothing(String algorithm) throws Exception {
		URI instance = application().timed().get(0);
		List<Integer> statuses = new ArrayList<>();
		for (String how : List.of("late", "bad", "bad", "bad")) {
			statuses.add(send(instance, "GET /s21/" + algorithm + "/" + how).statusCode());
		}
		assertThat(statuses).containsExactly(200, 401, 401, 429);
		try (RedisConnection connection = redis().getConnection()) {
			Set<byte[]> keys = connection.keyCommands()
				.keys(("*}:s21-" + algorithm + ":*").getBytes(StandardCharsets.UTF_8));
			assertThat(keys).isNotEmpty()
				.allSatisfy((key) -> assertThat(connection.keyCommands().pTtl(key)).isPositive());
		}
	}

	@Test
	protected void s23RejectedCallsCostOneRedisCommandASecondAtMost() throws Exception {
		long start = System.nanoTime();
		long commands = commandsOfRejectedCalls();
		assertThat(commands).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - start).toSeconds());
	}

	/** Commands that a thousand rejected calls cost. */
	protected final long commandsOfRejectedCalls() throws Exception {
		assertThat(send("GET /s23").statusCode()).isEqualTo(200);
		try (RedisConnection connection = redis().getConnection()) {
			long before = decisionsSoFar(connection);
			for (int i = 0; i < 1000; i++) {
				assertThat(send("GET /s23").statusCode()).isEqualTo(429);
			}
			return decisionsSoFar(connection) - before;
		}
	}

	@Test
	void callerWhoComesAgainAtOnceHasWhatWasGivenBack() throws Exception {
		List<HttpClient> connections = Stream.generate(HttpClient::newHttpClient).limit(4).toList();
		HttpRequest request = request(application().addresses().get(0), "GET /s20-tight/good");
		for (int i = 0; i < 200; i++) {
			assertThat(connections.get(i % 4).send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
				.as("call %s", i)
				.isEqualTo(200);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "exception", "async", "stream", "missing" })
	void whatDoesNotCountIsGivenBackHoweverItIsAnswered(String how) throws Exception {
		for (int i = 0; i < 4; i++) {
			assertThat(remaining(send("GET /settled/" + how))).isEqualTo("1");
		}
	}

	@Test
	void whatCountsStaysChargedHoweverItIsAnswered() throws Exception {
		assertThat(remaining(send("GET /settled-fail/exception"))).isEqualTo("4");
		assertThat(remaining(send("GET /settled-fail/async"))).isEqualTo("3");
		assertThat(remaining(send("GET /settled-fail/missing"))).isEqualTo("3");
		assertThat(remaining(send("GET /settled-fail/async"))).isEqualTo("2");
	}

	@Test
	void callThatIsRejectedBeforeSecurityIsChargedToNothingAfterIt() throws Exception {
		List<Integer> statuses = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			statuses.add(send("GET /refused").statusCode());
		}
		assertThat(statuses).containsExactly(200, 429, 429, 429);
		assertThat(remaining(send("GET /refused-not"))).isEqualTo("7");
	}

	@Test
	void responseCountsIfTheConditionFails() throws Exception {
		assertThat(remaining(send("GET /broken/good"))).isEqualTo("4");
		HttpResponse<String> response = send("GET /broken/good");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(remaining(response)).isEqualTo("3");
	}

	@Test
	void oneOfTwoPoliciesCountsAResponse() throws Exception {
		Map<String, Map<String, Long>> first = fields(send("GET /counted/good"), "RateLimit");
		Map<String, Map<String, Long>> second = fields(send("GET /counted/good"), "RateLimit");
		assertThat(List.of(first.get("counted-all").get("r"), second.get("counted-all").get("r"))).containsExactly(8L,
				7L);
		assertThat(List.of(first.get("counted-failures").get("r"), second.get("counted-failures").get("r")))
			.containsExactly(8L, 8L);
	}

	private Map<Integer, Integer> statusesInParallel(int requests, String line) {
		List<CompletableFuture<Integer>> statuses = IntStream.range(0, requests)
			.mapToObj((i) -> this.client
				.sendAsync(request(application().addresses().get(i % 2), line), HttpResponse.BodyHandlers.discarding())
				.thenApply(HttpResponse::statusCode))
			.toList();
		Map<Integer, Integer> counts = new TreeMap<>();
		statuses.forEach((status) -> counts.merge(status.join(), 1, Integer::sum));
		return counts;
	}

	@Test
	void s26CountGoesOnAfterScriptFlush() throws Exception {
		assertThat(remaining(send("GET /s26"))).isEqualTo("8");
		try (RedisConnection connection = redis().getConnection()) {
			connection.scriptingCommands().scriptFlush();
		}
		HttpResponse<String> response = send("GET /s26");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(remaining(response)).isEqualTo("7");
	}

	@Test
	void s30WhateverReachesTheHandlerWasCounted() throws Exception {
		int before = logins();
		for (int i = 0; i < 4; i++) {
			for (String path : List.of("/login", "/%6cogin", "//login", "/login/", "/login;x=1", "/./login",
					"/x/../login", "/LOGIN", "/login?x=1", "/login%2f")) {
				send("GET " + path);
			}
		}
		assertThat(logins() - before).isEqualTo(3);
	}

	/**
	 * By any way to write the path, and any method, that {@code /login} can be reached
	 * by.
	 */
	@Test
	void nothingThatIsWrittenReachesTheHandlerUncounted() throws Exception {
		for (int i = 0; i < 4; i++) {
			send("GET /login");
		}
		int before = logins();
		int rejected = 0;
		HostileText paths = new HostileText(30, "/", "/", "login", "login", "%6cogin", "lo", "gin", ";x=1", ".", "%2e",
				"%2f", "?x=1", "Login", "%25", "#", "http://localhost", "*");
		Random random = new Random(30);
		for (String path : paths.texts(1000).map((text) -> text.replaceAll("[\\s\\x00]", "")).toList()) {
			String method = METHODS.get(random.nextInt(METHODS.size()));
			String answer = RawRequest.send(application().addresses().get(0),
					method + (random.nextBoolean() ? " /login" : " /") + path, "X-HTTP-Method-Override: DELETE",
					"X-Original-URL: /elsewhere", "Content-Length: 0");
			rejected += answer.startsWith("HTTP/1.1 429") ? 1 : 0;
		}
		assertThat(logins()).isEqualTo(before);
		assertThat(rejected).isPositive();
	}

	@Test
	void whatCallersSendIsNotPassedOnAsTheySentIt(CapturedOutput output) throws Exception {
		String answer = "";
		for (int i = 0; i < 2; i++) {
			answer = RawRequest.send(application().addresses().get(0),
					"GET /fallback/%3Cscript%3E;%0Aforged?line=forged%0Aline", "X-Api-Key: sesame<script>",
					"X-Forwarded-For: sesame", "Accept: */*");
		}
		assertThat(answer).startsWith("HTTP/1.1 429").doesNotContain("sesame", "<script>", "\nforged");
		assertThat(output.getAll()).doesNotContain("sesame", "<script>", "forged");
		try (RedisConnection connection = redis().getConnection()) {
			assertThat(connection.keyCommands().keys("*sesame*".getBytes(StandardCharsets.UTF_8))).isEmpty();
		}
	}

	@Test
	void s31RetryAfterIsTheLongestAndAllAreNamed() throws Exception {
		send("GET /s31");
		HttpResponse<String> response = send("GET /s31");
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("Retry-After")).hasValue("1800");
		assertThat(response.body()).contains("\"violated-policies\":[\"s31-short\",\"s31-long\"]");
		assertThat(fields(response, "RateLimit").get("s31-short")).containsEntry("t", 12L);
		assertThat(fields(response, "RateLimit").get("s31-long")).containsEntry("t", 1800L);
	}

	@Test
	void rejectionIsAProblemDetail() throws Exception {
		send("GET /problem");
		HttpResponse<String> response = send("GET /problem");
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
		assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(response.body().length());
		assertThat(response.body()).contains(
				"\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\"",
				"\"title\":\"Quota Exceeded\"", "\"status\":429",
				"\"detail\":\"Limit problem (1/1m) is used up. Retry in ", "\"instance\":\"/problem\"",
				"\"violated-policies\":[\"problem\"]");
	}

	@Test
	void browserGetsAnErrorPage() throws Exception {
		send("GET /html");
		HttpResponse<String> response = send(
				"GET /html Accept=text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
		assertThat(response.headers().firstValue("Retry-After")).isPresent();
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
	}

	@Test
	void fieldsAreStructuredFieldsOfEveryLimit() throws Exception {
		HttpResponse<String> response = send("GET /fields");
		assertThat(fields(response, "RateLimit-Policy"))
			.isEqualTo(Map.of("fields-1m", Map.of("q", 100L, "w", 60L), "fields-1h", Map.of("q", 3L, "w", 3600L)));
		assertThat(fields(response, "RateLimit")).containsOnlyKeys("fields-1m", "fields-1h");
		assertThat(fields(response, "RateLimit").get("fields-1h").get("t")).isBetween(3600L, 3657L);
	}

	@Test
	void fieldsTellOfBothStages() throws Exception {
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> response = send("GET /both");
			assertThat(fields(response, "RateLimit-Policy").keySet()).containsExactly("both-early", "both-late");
			assertThat(fields(response, "RateLimit").get("both-early")).containsEntry("r", 8L - i);
			assertThat(fields(response, "RateLimit").get("both-late")).containsEntry("r", Math.max(1L - i, 0));
			assertThat(response.statusCode()).isEqualTo((i < 2) ? 200 : 429);
		}
	}

	@Test
	void legacyFieldsHaveTheNamesAndTheTimeThatAreConfigured() throws Exception {
		long now = Instant.now().getEpochSecond();
		HttpHeaders headers = send("GET /legacy").headers();
		assertThat(headers.firstValue("X-Rate-Limit-Limit")).hasValue("5");
		assertThat(headers.firstValue("X-Rate-Limit-Remaining")).hasValue("4");
		assertThat(headers.firstValueAsLong("X-Rate-Limit-Reset").orElseThrow()).isBetween(now + 60, now + 70);
		assertThat(headers.map()).doesNotContainKeys("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset");
	}

	@Test
	void firstExhaustedPolicyThatSaysSomethingChoosesTheAnswer() throws Exception {
		send("GET /answer/policy");
		HttpResponse<String> response = send("GET /answer/policy");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).contains("\"status\":403", "\"detail\":\"Ask sales, please.\"",
				"\"violated-policies\":[\"answer-silent\",\"answer-policy\",\"answer-second\"]");
		assertThat(response.headers().firstValue("Retry-After")).isPresent();
		assertThat(remaining(response)).isEqualTo("0");
		assertThat(send("GET /answer/policy Accept=text/html").statusCode()).isEqualTo(403);
	}

	@Test
	void beanChangesTheAnswer() throws Exception {
		send("GET /answer/changed?who=alice");
		HttpResponse<String> response = send("GET /answer/changed?who=alice");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.body()).contains("\"status\":503", "\"title\":\"Come back, alice\"", "\"remaining\":0",
				"\"instance\":\"/answer/changed\"");
		assertThat(response.headers().allValues("X-Plan")).containsExactly("free", "trial");
		assertThat(response.headers().map()).containsKey("ratelimit").doesNotContainKey("retry-after");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "text/html" })
	void beanRedirectsRejectedCallers(String accept) throws Exception {
		send("GET /answer/elsewhere");
		HttpResponse<String> response = send("GET /answer/elsewhere Accept=" + accept);
		assertThat(response.statusCode()).isEqualTo(303);
		assertThat(response.headers().firstValue("Location").orElseThrow()).endsWith("/elsewhere");
		assertThat(response.body()).isEmpty();
		assertThat(response.headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy", "x-rate-limit-limit",
				"retry-after");
	}

	@ParameterizedTest
	@CsvSource({ "/cors/annotated, X-Page", "/cors/filtered, X-Size" })
	void scriptsOfAllowedOriginsMayReadRejectionsAndWhatTheApplicationExposes(String path, String own)
			throws Exception {
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> response = send("GET " + path + " Origin=https://example.org");
			assertThat(response.statusCode()).isEqualTo((i == 0) ? 200 : 429);
			assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
			assertThat(exposed(response)).containsExactly(own);
		}
	}

	@Test
	void answerThatNothingHasChangedCarriesFields() throws Exception {
		HttpResponse<String> response = send("GET /unchanged If-None-Match=\"v1\"");
		assertThat(response.statusCode()).isEqualTo(304);
		assertThat(remaining(response)).isEqualTo("8");
	}

	@Test
	void actuatorShowsPoliciesHealthAndMeters() throws Exception {
		send("GET /seen");
		assertThat(send("GET /actuator/ratelimits").body()).contains("\"store\":\"redis\"",
				"\"seen\":{\"mode\":\"enforced\",\"algorithm\":\"fixed-window\",\"limits\":[{\"permits\":5,\"window\":\"1m\",\"burst\":5}]",
				"\"paths\":[\"/seen\"]");
		assertThat(send("GET /actuator/ratelimits").body()).doesNotContain("\"off\"");
		assertThat(send("GET /actuator/health").body()).contains(
				"\"rateLimit\":{\"details\":{\"store\":\"redis\",\"circuit\":\"closed\",\"since\":\"",
				"\"instances\":");
		assertThat(send("GET /actuator/metrics/ratelimit.decisions").body()).contains("\"policy\"", "\"outcome\"");
		assertThat(send("GET /actuator/metrics/ratelimit.store?tag=store:redis").body()).contains("\"outcome\"");
	}

	@Test
	void s32RetryAfterIsNeverZero() throws Exception {
		URI instance = application().timed().get(0);
		send(instance, "GET /s32");
		CLOCK.advance(Duration.ofMillis(60_000 - 105));
		HttpResponse<String> response = send(instance, "GET /s32");
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
		assertThat(fields(response, "RateLimit").get("s32")).isEqualTo(Map.of("r", 0L, "t", 1L));
	}

	private static List<String> exposed(HttpResponse<?> response) {
		return response.headers()
			.allValues("Access-Control-Expose-Headers")
			.stream()
			.flatMap((line) -> Stream.of(line.split(", ")))
			.toList();
	}

	/** Flattens requests and lists of them. */
	private static List<String> steps(Object... steps) {
		return Stream.of(steps)
			.flatMap((step) -> (step instanceof List<?> list) ? list.stream() : Stream.of(step))
			.map(String::valueOf)
			.toList();
	}

	private static List<String> times(int times, String request) {
		return Collections.nCopies(times, request);
	}

	private static void assertRetryAfterOnlyIfRejected(HttpResponse<?> response) {
		if (response.statusCode() == 429) {
			assertThat(response.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 3657L);
		}
		else {
			assertThat(response.headers().map()).doesNotContainKey("retry-after");
		}
	}

	static String remaining(HttpResponse<?> response) {
		Map<String, Map<String, Long>> limits = fields(response, "RateLimit");
		return limits.isEmpty() ? "-" : String.valueOf(limits.values().iterator().next().get("r"));
	}

	/** The members of a field by name, read by a parser that is not ours. */
	static Map<String, Map<String, Long>> fields(HttpResponse<?> response, String name) {
		Map<String, Map<String, Long>> members = new LinkedHashMap<>();
		List<String> lines = response.headers().allValues(name);
		if (lines.isEmpty()) {
			return members;
		}
		for (ListElement<?> element : new Parser(lines).parseList().get()) {
			Item<?> member = (Item<?>) element;
			Map<String, Long> parameters = new TreeMap<>();
			member.getParams().forEach((key, value) -> parameters.put(key, (Long) value.get()));
			members.put((String) member.get(), parameters);
		}
		return members;
	}

	protected final HttpResponse<String> send(String line) throws IOException, InterruptedException {
		return send(application().addresses().get(0), line);
	}

	private void sendQuietly(String line) {
		try {
			send(line);
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private HttpResponse<String> send(URI instance, String line) throws IOException, InterruptedException {
		return this.client.send(request(instance, line), HttpResponse.BodyHandlers.ofString());
	}

	/** Reads {@code METHOD path Header=value}. */
	static HttpRequest request(URI instance, String line) {
		String[] parts = line.split(" ");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(instance + parts[1]));
		if (parts[0].equals("PREFLIGHT")) {
			request.method("OPTIONS", HttpRequest.BodyPublishers.noBody())
				.header("Origin", "https://example.org")
				.header("Access-Control-Request-Method", "GET");
		}
		else {
			request.method(parts[0], HttpRequest.BodyPublishers.noBody());
		}
		for (int i = 2; i < parts.length; i++) {
			String[] header = parts[i].split("=", 2);
			request.header(header[0], header[1]);
		}
		return request.build();
	}

	private static String decisions(RedisConnection connection) {
		return connection.serverCommands().info("commandstats").getProperty("cmdstat_mget", "").split(",")[0];
	}

	private static long decisionsSoFar(RedisConnection connection) {
		return Long.parseLong(decisions(connection).substring("calls=".length()));
	}

	private static LettuceConnectionFactory redis() {
		return Redis.FACTORY;
	}

	private static final class Redis {

		private static final LettuceConnectionFactory FACTORY = TestRedis.server().connect();

	}

	/**
	 * Requests in order, alternating between two instances, and what comes back.
	 *
	 * @param name which scenario
	 * @param requests what is sent, and in between for how long to wait
	 * @param statuses expected status of each
	 * @param remaining expected permits that remain of the first limit, or a hyphen where
	 * no field says so
	 */
	record Scenario(String name, List<String> requests, String statuses, String remaining) {

		boolean waits() {
			return this.requests.stream().anyMatch((request) -> request.startsWith(WAIT));
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
