package io.github.ratelimit.redis;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TestRedis.class)
class RedisEntriesTests {

	private final String key = "entries:" + System.nanoTime();

	private LettuceConnectionFactory connectionFactory;

	private RedisEntries entries;

	@BeforeEach
	void connect(TestRedis.Server server) {
		this.connectionFactory = server.connect();
		this.entries = new RedisEntries(this.connectionFactory, this.key);
	}

	@AfterEach
	void disconnect() {
		this.connectionFactory.destroy();
	}

	@Test
	void nothingIsToldWhileNothingChanges() throws Exception {
		assertThat(exchange("", "", "", "")).isEmpty();
		String version = exchange("", "a", "", "1").get("");
		assertThat(exchange(version, "", "", "")).isEmpty();
		assertThat(exchange(version, "b", "other", "2")).isEmpty();
		assertThat(exchange(version, "b", "", "")).isEmpty();
		assertThat(exchange("", "", "", "")).isEqualTo(Map.of("", version, "a", "1"));
	}

	@Test
	void everyChangeLeadsToAnotherVersion() throws Exception {
		String first = exchange("", "a", "", "ä\u0000\n").get("");
		Map<String, String> second = exchange(first, "b", "", "2");
		assertThat(second).containsEntry("a", "ä\u0000\n").containsEntry("b", "2").containsKey("");
		Map<String, String> third = exchange(second.get(""), "a", "ä\u0000\n", "");
		assertThat(third).containsEntry("b", "2").doesNotContainKey("a");
		assertThat(first).isNotEqualTo(second.get("")).isNotEqualTo(third.get(""));
	}

	@Test
	void whatWasLostIsKnownToBeGone() throws Exception {
		String version = exchange("", "a", "", "1").get("");
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			connection.keyCommands().del(this.key.getBytes());
		}
		assertThat(exchange(version, "", "", "")).isEqualTo(Map.of("", ""));
		assertThat(exchange("", "", "", "")).isEmpty();
	}

	private Map<String, String> exchange(String known, String name, String expected, String text) throws Exception {
		return this.entries.exchange(known, name, expected, text).toCompletableFuture().get(5, TimeUnit.SECONDS);
	}

}
