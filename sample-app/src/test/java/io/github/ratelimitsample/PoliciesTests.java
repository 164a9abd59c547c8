package io.github.ratelimitsample;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What callers see of each policy in {@code application.yml}. Every test calls from an
 * address of its own.
 */
class PoliciesTests {

	private static final String FORM = "application/x-www-form-urlencoded";

	private static Shop shop;

	@BeforeAll
	static void open() {
		shop = Shop.open();
	}

	@AfterAll
	static void close() {
		shop.close();
	}

	@Test
	void sixthLoginWithinAMinuteIsRejected() {
		Shop.Caller caller = shop.caller("203.0.113.1");
		List<Integer> wrong = IntStream.range(0, 5)
			.mapToObj((i) -> caller.post("/login", FORM, "user=alice&password=guess").statusCode())
			.toList();
		assertThat(wrong).containsExactly(401, 401, 401, 401, 401);

		HttpResponse<String> sixth = caller.post("/login", FORM, "user=alice&password=wonderland");
		assertRejected(sixth, "login-1m");
		assertThat(Integer.parseInt(header(sixth, "Retry-After"))).isBetween(1, 61);
		assertThat(header(sixth, "RateLimit-Policy")).isEqualTo("\"login-1m\";q=5;w=60, \"login-1h\";q=20;w=3600");
		assertThat(header(sixth, "RateLimit")).startsWith("\"login-1m\";r=0;t=").contains("\"login-1h\";r=15;t=");
	}

	@Test
	void whoKeepsGuessingIsBanned() {
		Shop.Caller caller = shop.caller("203.0.113.8");
		List<HttpResponse<String>> answers = IntStream.range(0, 5 + 10)
			.mapToObj((i) -> caller.post("/login", FORM, "user=alice&password=guess"))
			.toList();
		assertThat(answers.subList(0, 14)).extracting((answer) -> header(answer, "Retry-After"))
			.allMatch((wait) -> wait.isEmpty() || Integer.parseInt(wait) <= 61);
		HttpResponse<String> rejected = caller.post("/login", FORM, "user=alice&password=wonderland");
		assertThat(rejected.statusCode()).isEqualTo(429);
		assertThat(Integer.parseInt(header(rejected, "Retry-After"))).isBetween(14 * 60, 15 * 60 + 1);
		assertThat(shop.caller("203.0.113.20").get("/actuator/metrics/ratelimit.bans?tag=policy:login").body())
			.contains("\"statistic\":\"COUNT\",\"value\":1.0");
	}

	@Test
	void loginTakesJsonAndForms() {
		Shop.Caller caller = shop.caller("203.0.113.2");
		assertThat(caller.post("/login", FORM, "user=bob&password=builder").body()).isEqualTo("{\"user\":\"bob\"}");
		HttpResponse<String> json = caller.post("/login", "application/json",
				"{\"user\":\"alice\",\"password\":\"wonderland\"}");
		assertThat(json.statusCode()).isEqualTo(200);
		assertThat(header(json, "RateLimit")).startsWith("\"login-1m\";r=3;");
		assertThat(caller.post("/login", "application/json", "{}").statusCode()).isEqualTo(401);
	}

	@Test
	void onlyPostCountsAsLogin() {
		HttpResponse<String> response = shop.caller("203.0.113.3").get("/login");
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("RateLimit")).isEmpty();
	}

	@Test
	void listingIsCountedPerAddress() {
		assertThat(remaining("203.0.113.4", "/api/products")).isEqualTo("\"api\";r=99");
		assertThat(remaining("203.0.113.4", "/api/products/1")).isEqualTo("\"api\";r=98");
		assertThat(remaining("203.0.113.5", "/api/products")).isEqualTo("\"api\";r=99");
	}

	@Test
	void partnersMayLookMoreOften() {
		Shop.Caller office = shop.caller("203.0.113.9");
		assertThat(header(office.get("/api/products", "X-Api-Key", "key-of-acme"), "RateLimit"))
			.startsWith("\"api\";r=999;");
		assertThat(header(office.get("/api/products", "X-Api-Key", "invented"), "RateLimit"))
			.startsWith("\"api\";r=98;");
	}

	@Test
	void partnersDoNotShare() {
		Shop.Caller office = shop.caller("203.0.113.6");
		Instant start = Instant.now();
		int allowed = 0;
		HttpResponse<String> response = office.get("/v1/orders", "X-Api-Key", "key-of-acme");
		while (response.statusCode() == 200) {
			allowed++;
			response = office.get("/v1/orders", "X-Api-Key", "key-of-acme");
		}
		int cameBack = (int) Duration.between(start, Instant.now()).plusMillis(999).toSeconds();
		assertThat(allowed).isBetween(20, 20 + cameBack);
		assertRejected(response, "partner-1m");
		assertThat(header(response, "Retry-After")).isEqualTo("1");

		assertThat(office.get("/v1/orders", "X-Api-Key", "key-of-globex").statusCode()).isEqualTo(200);
	}

	@Test
	void inventedApiKeysAreCountedByAddressToo() {
		Shop.Caller caller = shop.caller("203.0.113.7");
		for (int i = 1; i <= 3; i++) {
			HttpResponse<String> response = caller.get("/v1/orders", "X-Api-Key", "invented-" + i);
			assertThat(response.statusCode()).isEqualTo(401);
			assertThat(header(response, "RateLimit")).contains("\"partner-1m\";r=19;")
				.contains("\"partner-address\";r=" + (200 - i) + ";");
		}
	}

	@Test
	void fourReportsOfABranchFitIntoAnHourWhoeverAsks() {
		List<Integer> statuses = IntStream.rangeClosed(1, 4)
			.mapToObj((i) -> shop.caller("203.0.113.1" + i).get("/reports/paris").statusCode())
			.toList();
		assertThat(statuses).containsExactly(200, 200, 200, 200);
		assertRejected(shop.caller("203.0.113.15").get("/reports/paris"), "reports");
		assertThat(shop.caller("203.0.113.15").get("/reports/tokyo").statusCode()).isEqualTo(200);
		assertThat(shop.caller("203.0.113.15").get("/reports/atlantis").statusCode()).isEqualTo(404);
	}

	@Test
	void actuatorShowsPoliciesStoreAndDecisions() {
		Shop.Caller operator = shop.caller("203.0.113.20");
		operator.get("/api/products");
		assertThat(operator.get("/actuator/ratelimits").body()).contains("\"store\":\"redis\"", "\"api\"", "\"login\"",
				"\"partner\"", "\"partner-address\"", "\"reports\"");
		assertThat(operator.get("/actuator/health").body())
			.contains("\"details\":{\"store\":\"redis\",\"circuit\":\"closed\",");
		assertThat(operator.get("/actuator/metrics/ratelimit.decisions?tag=policy:api&tag=outcome:allowed").body())
			.contains("\"statistic\":\"COUNT\"");
		assertThat(operator.get("/actuator/prometheus").body()).contains("ratelimit_decisions_total{",
				"ratelimit_store_seconds_bucket{", "le=\"0.001\"");
	}

	@Test
	void callersLearnUnderWhichKeysTheyAreCounted() {
		String address = shop.caller("203.0.113.21").get("/caller").body();
		assertThat(address).contains("\"ip\":\"ip:203.0.113.21\"", "\"header:X-Api-Key\":\"ip:203.0.113.21\"");
		String network = shop.caller("2001:db8::7").get("/caller", "X-Api-Key", "key-of-acme").body();
		assertThat(network).contains("\"ip\":\"ip:2001:db8::/64\"", "\"header:X-Api-Key\":\"header:x-api-key:~")
			.doesNotContain("acme");
	}

	private static String remaining(String address, String path) {
		return header(shop.caller(address).get(path), "RateLimit").replaceFirst(";t=.*", "");
	}

	private static void assertRejected(HttpResponse<String> response, String limit) {
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
		assertThat(header(response, "Retry-After")).isNotEmpty();
		assertThat(response.body()).contains("\"violated-policies\":[\"" + limit + "\"]");
	}

	private static String header(HttpResponse<String> response, String name) {
		return response.headers().firstValue(name).orElse("");
	}

}
