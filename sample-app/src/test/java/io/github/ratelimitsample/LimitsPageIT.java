package io.github.ratelimitsample;

import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the page does, in a real browser.
 */
class LimitsPageIT {

	private static final Duration SOON = Duration.ofSeconds(2);

	private static Shop shop;

	private static Browser browser;

	@BeforeAll
	static void open() {
		shop = Shop.open();
		browser = new Browser();
	}

	@AfterAll
	static void close() {
		browser.close();
		shop.close();
	}

	@BeforeEach
	void look() {
		browser.open(shop.address());
	}

	/**
	 * Chromium itself logs responses with an error status: these are what the page is
	 * for.
	 */
	@AfterEach
	void nothingIsWrong() {
		assertThat(browser.complaints()).allMatch((text) -> text.matches("(?s).* status of (400|401|429) .*"));
	}

	@Test
	void gaugesGoDownWithCallsAndComeBack() {
		browser.card("api").click(".one").click(".one").click(".one");
		await().untilAsserted(() -> browser.card("api").shows("97 of 100 left"));
		PolicyCard partner = browser.card("partner").click(".burst");
		await().untilAsserted(() -> assertThat(partner.left("60 per minute")).isLessThan(4));
		await().untilAsserted(() -> assertThat(partner.left("60 per minute")).isGreaterThan(6));
		browser.card("partner-address").shows(" of 200 left");
	}

	@Test
	void burstShowsRejectedCallsAndWhenToRetry() {
		browser.card("login").click(".burst");
		await().untilAsserted(() -> assertThat(browser.text("#summary"))
			.matches("POST /login: 5 allowed, 3 rejected, retry after (1 min( 1 s)?|\\d+ s)\\."));
		assertThat(browser.text("#calls tr[data-outcome=rejected]")).matches("[0-9:]+ POST /login 429 × 3 \\d+ s");
		assertThat(browser.text("#answer")).startsWith("HTTP 429")
			.contains("\nRetry-After: ", "\nRateLimit: \"login-1m\";r=0;t=", "\"violated-policies\": [");
		assertThat(browser.text("#allowed") + " and " + browser.text("#rejected")).isEqualTo("5 and 3");
		assertThat(browser.find("#chart path.rejected").getDomAttribute("d")).isNotEmpty();
		browser.card("login").shows("0 of 5 left", "15 of 20 left");
	}

	@Test
	void overrideRaisesWhatIsLeftWithinTwoSeconds() {
		PolicyCard api = browser.card("api").click(".one");
		await().untilAsserted(() -> api.shows("99 of 100 left"));
		api.click("summary").type("limits", "200/1m").type("reason", "load test").click("form button");
		await().atMost(SOON).untilAsserted(() -> api.shows("199 of 200 left"));
		assertThat(api.text(".override")).startsWith("For you: 200/1m until ").contains("(load test)");

		api.click(".take-back");
		await().atMost(SOON).untilAsserted(() -> api.shows("100 of 100 left"));
		assertThat(api.element().getText()).doesNotContain("For you");
		assertThat(browser.focused()).endsWith("summary");
	}

	@Test
	void limitThatIsNoneIsRefused() {
		PolicyCard api = browser.card("api").click("summary").type("limits", "many").click("form button");
		await().untilAsserted(() -> assertThat(api.text("output[data-failed]")).isNotBlank());
	}

	@Test
	void everyoneMayBeOnlyWatched() {
		PolicyCard login = browser.card("login").click("summary");
		login.choose("[name=mode]", "shadow").choose("[name=scope]", "everyone").click("form button");
		await().atMost(SOON).untilAsserted(() -> assertThat(login.text(".mode")).isEqualTo("shadow"));
		assertThat(login.text(".override")).startsWith("For everyone: shadow until ");
		login.click(".burst");
		await().untilAsserted(() -> assertThat(browser.text("#summary")).contains("8 allowed, 0 rejected"));

		login.click(".take-back");
		await().atMost(SOON).untilAsserted(() -> assertThat(login.text(".mode")).isEqualTo("enforced"));
	}

	@Test
	void resetRefills() {
		PolicyCard login = browser.card("login").click(".one").click(".one");
		await().untilAsserted(() -> login.shows("3 of 5 left", "18 of 20 left"));
		login.click(".reset");
		await().untilAsserted(() -> login.shows("5 of 5 left", "20 of 20 left"));
	}

	@Test
	void whoKeepsGuessingIsBannedUntilReset() {
		PolicyCard login = browser.card("login").click(".burst").click(".burst");
		await().untilAsserted(() -> login.shows("Banned for ", "0 of 5 left", "0 of 20 left"));
		login.click(".reset");
		await().untilAsserted(() -> login.shows("5 of 5 left", "20 of 20 left"));
		assertThat(login.offers(".ban")).isFalse();
	}

	@Test
	void whatIsChosenIsCountedForItself() {
		PolicyCard reports = browser.card("reports").choose(".choice select", "paris").click(".one");
		await().untilAsserted(() -> reports.shows("15 of 20 left"));
		reports.choose(".choice select", "tokyo");
		await().untilAsserted(() -> reports.shows("20 of 20 left"));
	}

	@Test
	void networkOfAnIpv6AddressIsOneCaller() {
		browser.open(shop.address(), "2001:db8::7");
		browser.card("api").click(".one");
		await().untilAsserted(() -> browser.card("api").shows("99 of 100 left"));
		assertThat(browser.text("#you")).isEqualTo("ip:2001:db8::/64");
	}

	@Test
	void withoutActuatorThePageGoesByFields() {
		try (Shop production = Shop.open("--management.server.port=" + Shop.freePort())) {
			browser.open(production.address());
			assertThat(browser.complaints()).singleElement().asString().contains(" status of 404 ");
			assertThat(browser.text("#notice")).startsWith("Actuator does not answer on this port");
			PolicyCard login = browser.card("login").click(".one").click(".one");
			await().untilAsserted(() -> login.shows("at least 3 of 5 left", "at least 18 of 20 left"));
			assertThat(login.offers(".reset") || login.offers("details")).isFalse();
		}
	}

}
