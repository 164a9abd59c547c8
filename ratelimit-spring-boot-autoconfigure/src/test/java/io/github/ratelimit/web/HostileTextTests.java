package io.github.ratelimit.web;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.KeyText;
import io.github.ratelimit.Limit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever is written in configuration or sent by callers is understood, or refused as
 * the documentation says.
 */
class HostileTextTests {

	private static final int TEXTS = 20_000;

	@Test
	void limitIsReadOrRefused() {
		long read = new HostileText(1, "10", "1", "/", " per ", "1m", "30s", "PT1H", "minute", "15 minutes", " burst ",
				"20", "day", " ")
			.texts(TEXTS)
			.filter(HostileTextTests::isLimit)
			.count();
		assertThat(read).isBetween(20L, TEXTS / 2L);
	}

	private static boolean isLimit(String text) {
		try {
			Limit limit = Limit.parse(text);
			assertThat(Limit.parse(limit.toString())).as(text).isEqualTo(limit);
			assertThat(limit.permits()).isPositive();
			assertThat(limit.window()).isPositive();
			return true;
		}
		catch (InvalidPolicyException ex) {
			assertThat(ex.part()).isNotEmpty();
			return false;
		}
	}

	@Test
	void keyIsReadOrRefusedAndFindsOutWhoCalls() {
		long read = new HostileText(2, "ip", "principal", "header:", "X-Api-Key", "cookie:", "param:", "a", "|", " | ",
				"path", "route", "method", "host", "all", "claim:sub")
			.texts(TEXTS)
			.filter(HostileTextTests::isKey)
			.count();
		assertThat(read).isBetween(20L, TEXTS / 2L);
	}

	private static boolean isKey(String text) {
		try {
			String key = RequestKey.parse(List.of(text), Map.of(), 64).of(new StubRequest());
			assertThat(key).as(text).isNotEmpty().isPrintable();
			return true;
		}
		catch (InvalidPolicyException ex) {
			assertThat(ex.part()).isEqualTo("key");
			return false;
		}
	}

	/**
	 * What the trusted proxy has appended decides, whatever callers have written before
	 * it.
	 */
	@Test
	void forwardingHeaderIsUnderstoodOrIgnored() {
		TrustedProxies proxies = TrustedProxies.parse(List.of("10.0.0.0/8"), ForwardedHeader.X_FORWARDED_FOR);
		new HostileText(3, "203.0.113.9", "10.0.0.2", "2001:db8::1", "[2001:db8::1]:80", "unknown", ", ", ",", "for=",
				":80")
			.texts(TEXTS)
			.forEach((text) -> {
				assertThat(IpAddress.parseNode(proxies.of("10.0.0.1", (name) -> List.of(text)))).as(text).isNotNull();
				assertThat(proxies.of("10.0.0.1", (name) -> List.of(text, "203.0.113.7, 10.0.0.3"))).as(text)
					.isEqualTo("203.0.113.7");
				assertThat(proxies.of("203.0.113.8", (name) -> List.of(text))).as(text).isEqualTo("203.0.113.8");
			});
	}

	@Test
	void forwardedFieldIsUnderstoodOrIgnored() {
		TrustedProxies proxies = TrustedProxies.parse(List.of("10.0.0.0/8"), ForwardedHeader.FORWARDED);
		new HostileText(4, "for=", "203.0.113.9", "10.0.0.2", "\"[2001:db8::1]:80\"", ";", "proto=https", "by=", ",",
				"\"", "\\", "_hidden", "unknown")
			.texts(TEXTS)
			.forEach((text) -> {
				assertThat(IpAddress.parseNode(proxies.of("10.0.0.1", (name) -> List.of(text)))).as(text).isNotNull();
				assertThat(proxies.of("10.0.0.1", (name) -> List.of(text, "for=203.0.113.7, for=10.0.0.3"))).as(text)
					.isEqualTo("203.0.113.7");
			});
	}

	@Test
	void textOfCallersIsBoundedPrintableAndTheirOwn() {
		new HostileText(5, "a", "b", "alice", "%3A", ":", "{", "}", "é").texts(TEXTS)
			.filter((text) -> !text.isEmpty())
			.forEach((text) -> {
				String escaped = KeyText.escape(text);
				assertThat(escaped).as(text).isPrintable().doesNotContain("{", "}");
				assertThat(escaped.length()).as(text).isLessThanOrEqualTo(600);
				assertThat(KeyText.escape(text + "x")).as(text).isNotEqualTo(escaped);
			});
	}

}
