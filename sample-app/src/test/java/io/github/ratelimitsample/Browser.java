package io.github.ratelimitsample;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;

import javax.imageio.ImageIO;

import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import org.springframework.util.FileSystemUtils;

import static org.awaitility.Awaitility.await;

/**
 * A Chromium without a window, as Debian packages it.
 */
public final class Browser implements AutoCloseable {

	private static final Path PROGRAM = Path.of("/usr/bin/chromium");

	private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

	private static final AtomicInteger CALLERS = new AtomicInteger();

	private final Path profile;

	private final ChromeDriver driver;

	public Browser() {
		try {
			this.profile = Files.createTempDirectory("chromium");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.driver = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).usingAnyFreePort().build(),
				options(this.profile));
		this.driver.manage().timeouts().implicitlyWait(Duration.ofSeconds(5));
	}

	private static ChromeOptions options(Path profile) {
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.ALL);
		ChromeOptions options = new ChromeOptions();
		options.setBinary(PROGRAM.toFile());
		options.setCapability("goog:loggingPrefs", logs);
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
				"--user-data-dir=" + profile);
		return options;
	}

	/**
	 * Opens a page as somebody who has not called before, and waits until it has cards.
	 */
	void open(URI page) {
		open(page, "198.51.100." + CALLERS.incrementAndGet());
	}

	void open(URI page, String address) {
		command("Network.enable", Map.of());
		command("Network.setExtraHTTPHeaders", Map.of("headers", Map.of("X-Forwarded-For", address)));
		this.driver.get(page.toString());
		card("api");
	}

	/** Opens any page, and waits until it has something. */
	public void open(URI page, Duration patience, String selector) {
		this.driver.get(page.toString());
		await().atMost(patience).until(() -> !findAll(selector).isEmpty());
	}

	/** Takes away what would cover others in a picture of the whole page. */
	public void remove(String selector) {
		this.driver.executeScript("document.querySelector(arguments[0]).remove()", selector);
	}

	PolicyCard card(String policy) {
		return new PolicyCard(find("article[aria-label='Policy " + policy + "']"));
	}

	/** What the reader's system prefers, such as {@code prefers-color-scheme}. */
	void prefer(String feature, String value) {
		command("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
	}

	public void resize(int width, int height) {
		command("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	WebElement find(String selector) {
		return this.driver.findElement(By.cssSelector(selector));
	}

	List<WebElement> findAll(String selector) {
		return this.driver.findElements(By.cssSelector(selector));
	}

	String text(String selector) {
		return find(selector).getText();
	}

	void press(CharSequence... keys) {
		new Actions(this.driver).sendKeys(keys).perform();
	}

	/** Where the keyboard is: in which card, on what. */
	String focused() {
		return (String) evaluate("(document.activeElement.closest('article')?.ariaLabel ?? 'page') + ' '"
				+ " + (document.activeElement.className || document.activeElement.localName)");
	}

	Object evaluate(String expression) {
		return this.driver.executeScript("return " + expression);
	}

	/** What pages have complained about since this was asked last. */
	List<String> complaints() {
		return this.driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage).toList();
	}

	/**
	 * Takes a picture of the whole page. Chromium would write the file faster, and
	 * larger.
	 */
	public void picture(Path file) throws IOException {
		Map<String, Object> taken = command("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
		byte[] png = Base64.getDecoder().decode((String) taken.get("data"));
		ImageIO.write(ImageIO.read(new ByteArrayInputStream(png)), "png", file.toFile());
	}

	private Map<String, Object> command(String name, Map<String, Object> parameters) {
		return this.driver.executeCdpCommand(name, parameters);
	}

	@Override
	public void close() {
		this.driver.quit();
		FileSystemUtils.deleteRecursively(this.profile.toFile());
	}

}
