package io.github.ratelimit.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of what attackers try have a test for each row.
 */
class AttackTablesTests {

	private static final String ROOT = "io.github.ratelimit.";

	/** Tests that try what a row says, by its row. */
	private static final Map<String, String> TESTS = Map.ofEntries(
			Map.entry("a forwarding header of their own", "web.ProxyScenarios clientsAreCountedByTheirOwnAddress"),
			Map.entry("many IPv6 addresses", "web.ProxyScenarios clientsAreCountedByTheirOwnAddress"),
			Map.entry("many IPv4 addresses",
					"documentation.LoginProtectionTests guessesAreLimitedAndWhoKnowsThePasswordIsNot"),
			Map.entry("made-up API keys, cookies, hosts, no key at all",
					"web.RequestKeyTests namesWhoIsCountedByWhateverARequestHas"),
			Map.entry("another way to write the path (`%61pi`, `//`, `;a=b`)",
					"web.HttpScenarios s30WhateverReachesTheHandlerWasCounted"),
			Map.entry("`HEAD` instead of `GET`", "web.RequestKeyTests headIsCountedAsGet"),
			Map.entry("requests at the same time", "web.HttpScenarios s19FailuresAtTheSameTimeDoNotSlipThrough"),
			Map.entry("to go on in spite of 429", "web.HttpScenarios s23RejectedCallsCostOneRedisCommandASecondAtMost"),
			Map.entry("to lock out someone else",
					"documentation.LoginProtectionTests guessesAreLimitedAndWhoKnowsThePasswordIsNot"),
			Map.entry("to fill Redis with callers",
					"redis.RedisRateLimitStoreTests everyValueHasTheTtlAfterWhichItIsEmpty"),
			Map.entry("to fill the memory of an instance", "memory.MemoryRateLimitStoreTests isBounded"),
			Map.entry("to break Redis, so that nothing counts", "web.StoreFailureTests s24"),
			Map.entry("to read what is kept", "web.HttpScenarios whatCallersSendIsNotPassedOnAsTheySentIt"));

	@Test
	void loginsWereAttackedAsThePageSays() throws IOException {
		assertThat(rows("form login: attempt"))
			.containsExactlyElementsOf(LoginProtectionTests.FORM_ATTACKS.stream().map(Object::toString).toList());
		assertThat(rows("HTTP Basic: attempt"))
			.containsExactlyElementsOf(LoginProtectionTests.BASIC_ATTACKS.stream().map(Object::toString).toList());
	}

	@Test
	void otherAttacksHaveTestsOfTheirOwn() throws Exception {
		assertThat(rows("attempt")).containsExactlyInAnyOrderElementsOf(TESTS.keySet());
		for (String test : TESTS.values()) {
			String[] parts = test.split(" ");
			assertThat(Arrays.stream(Class.forName(ROOT + parts[0]).getDeclaredMethods()))
				.anyMatch((method) -> method.getName().equals(parts[1]));
		}
	}

	/** The first cells of the table that begins with a heading. */
	private static List<String> rows(String heading) throws IOException {
		return Files.readAllLines(Page.ROOT.resolve("docs/keys-and-security.md"))
			.stream()
			.dropWhile((line) -> !line.startsWith("| " + heading + " |"))
			.skip(2)
			.takeWhile((line) -> line.startsWith("|"))
			.map((line) -> line.split("\\|")[1].strip())
			.toList();
	}

}
