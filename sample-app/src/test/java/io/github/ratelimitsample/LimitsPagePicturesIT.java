package io.github.ratelimitsample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takes the pictures of the page that documentation shows, into {@code target}.
 */
class LimitsPagePicturesIT {

	@Test
	void picturesAreTakenInLightAndDark() throws Exception {
		try (Shop shop = Shop.open(); Browser browser = new Browser()) {
			browser.resize(1200, 900);
			browser.open(shop.address());
			use(browser);
			picture(browser, "light");
			picture(browser, "dark");
			browser.resize(360, 740);
			browser.card("login").click("summary");
			picture(browser, "dark-narrow");
		}
	}

	/** Some seconds of a caller's life, so that the chart has something to show. */
	private static void use(Browser browser) throws InterruptedException {
		browser.card("api")
			.click("summary")
			.type("limits", "150/1m")
			.type("reason", "catalogue import")
			.click("form button");
		browser.card("api").click("summary");
		String[] calls = { "api .one", "api .burst", "login .one", "partner .one", "api .one", "partner .burst",
				"partner-address .one", "api .burst", "reports .one", "api .one", "login .one", "partner .burst",
				"api .burst", "api .one", "reports .one", "partner .one", "api .burst", "partner .burst", "api .one",
				"login .one", "reports .burst", "login .burst" };
		for (String call : calls) {
			String[] parts = call.split(" ");
			browser.card(parts[0]).click(parts[1]);
			TimeUnit.MILLISECONDS.sleep(1500);
		}
	}

	private static void picture(Browser browser, String scheme) throws IOException {
		browser.prefer("prefers-color-scheme", scheme.replace("-narrow", ""));
		Path file = Path.of("target", "limits-" + scheme + ".png");
		browser.picture(file);
		assertThat(Files.size(file)).isBetween(20_000L, 200_000L);
	}

}
