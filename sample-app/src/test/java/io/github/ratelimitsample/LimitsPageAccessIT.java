package io.github.ratelimitsample;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Who can use the page: by keyboard, by what a screen reader says, on a small screen,
 * without internet.
 */
class LimitsPageAccessIT {

	private static final String NAMED = "button, input, select, summary, article, section, pre, [role=meter], [role=img]";

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

	@Test
	void noRequestLeavesTheShop() {
		browser.card("api").click(".one");
		await().untilAsserted(() -> assertThat(browser.text("#allowed")).isEqualTo("1"));
		List<?> requests = (List<?>) browser.evaluate("performance.getEntriesByType('resource').map(one => one.name)");
		assertThat(requests).hasSizeGreaterThan(10)
			.allMatch((request) -> request.toString().startsWith(shop.address() + "/"));
	}

	@Test
	void everythingHasAName() {
		browser.findAll("summary").forEach(WebElement::click);
		assertThat(browser.findAll(NAMED)).filteredOn(WebElement::isDisplayed)
			.hasSizeGreaterThan(60)
			.allSatisfy((element) -> assertThat(element.getAccessibleName()).as(element.toString()).isNotBlank());
		assertThat(browser.findAll("[role=status]")).isNotEmpty();
	}

	@Test
	void keyboardReachesEverything() {
		List<String> reached = new ArrayList<>();
		while (!reached.contains("page pre")) {
			browser.press(Keys.TAB);
			reached.add(browser.focused());
			assertThat(reached).as("no end").hasSizeLessThan(60);
		}
		assertThat(reached).containsSubsequence("Policy api one", "Policy api burst", "Policy api quiet reset",
				"Policy api summary", "Policy login one");
		assertThat(reached).contains("Policy partner select", "Policy reports select");
	}

	@Test
	void keyboardSendsAndOverrides() {
		tabTo("Policy api one");
		browser.press(Keys.ENTER);
		await().untilAsserted(() -> browser.card("api").shows("99 of 100 left"));
		tabTo("Policy api summary");
		browser.press(Keys.SPACE);
		tabTo("Policy api input");
		browser.press("500/1m");
		browser.press(Keys.ENTER);
		await().untilAsserted(() -> browser.card("api").shows("499 of 500 left"));
	}

	@Test
	void smallScreenNeedsNoScrollingToTheSide() {
		browser.resize(360, 740);
		browser.findAll("summary").forEach(WebElement::click);
		browser.card("login").click(".burst");
		await().untilAsserted(() -> assertThat(browser.text("#summary")).contains("rejected"));
		assertThat(browser.evaluate("document.documentElement.scrollWidth")).isEqualTo(360L);
		browser.resize(1200, 900);
	}

	@Test
	void nothingMovesForWhoDoesNotLikeIt() {
		browser.find(".gauge");
		String duration = "getComputedStyle(document.querySelector('.gauge div')).transitionDuration";
		assertThat(browser.evaluate(duration)).isEqualTo("0.3s");
		browser.prefer("prefers-reduced-motion", "reduce");
		assertThat(browser.evaluate(duration)).isEqualTo("0s");
	}

	private static void tabTo(String element) {
		for (int i = 0; i < 60 && !browser.focused().equals(element); i++) {
			browser.press(Keys.TAB);
		}
		assertThat(browser.focused()).isEqualTo(element);
	}

}
