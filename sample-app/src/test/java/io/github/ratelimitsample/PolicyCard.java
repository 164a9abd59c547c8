package io.github.ratelimitsample;

import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the page shows of one policy.
 */
record PolicyCard(WebElement element) {

	PolicyCard click(String selector) {
		find(selector).click();
		return this;
	}

	PolicyCard type(String field, String text) {
		find("[name=" + field + "]").sendKeys(Keys.chord(Keys.CONTROL, "a"), text);
		return this;
	}

	PolicyCard choose(String selector, String option) {
		find(selector).findElements(By.tagName("option"))
			.stream()
			.filter((candidate) -> candidate.getText().equals(option))
			.findFirst()
			.orElseThrow()
			.click();
		return this;
	}

	String text(String selector) {
		return find(selector).getText();
	}

	boolean offers(String selector) {
		return find(selector).isDisplayed();
	}

	/** The value of the gauge of one limit. */
	int left(String limit) {
		return Integer.parseInt(find("[role=meter][aria-label*='" + limit + "']").getDomAttribute("aria-valuenow"));
	}

	void shows(String... texts) {
		assertThat(this.element.getText()).contains(texts);
	}

	private WebElement find(String selector) {
		return this.element.findElement(By.cssSelector(selector));
	}

}
