package io.github.ratelimit.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TestRedis.class)
class RedisTopCountsTests {

	private final String prefix = "top:" + System.nanoTime() + ":";

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

	private LettuceConnectionFactory connectionFactory;

	private RedisTopCounts counts;

	@BeforeEach
	void connect(TestRedis.Server server) {
		this.connectionFactory = server.connect();
		this.counts = new RedisTopCounts(this.connectionFactory, this.prefix, Duration.ofMinutes(5), this.now::get);
	}

	@AfterEach
	void disconnect() {
		this.connectionFactory.destroy();
	}

	@Test
	void sumsOfTheLastMinutesAreToldTheLargestFirst() throws Exception {
		add(Map.of("a", 5L, "b", 1L), 0);
		this.now.set(this.now.get().plusSeconds(61));
		assertThat(add(Map.of("b", 5L, "c", 3L), 2).toString()).isEqualTo("{b=6, a=5}");
		this.now.set(this.now.get().plusSeconds(4 * 60));
		assertThat(add(Map.of(), 9).toString()).isEqualTo("{b=5, c=3}");
	}

	@Test
	void whatIsCountedIsKeptForAFewMinutesAndTheLargestCountsOnly() throws Exception {
		Map<String, Long> many = new LinkedHashMap<>();
		for (int i = 0; i < 1500; i++) {
			many.put("caller " + i, i + 1L);
		}
		add(many, 0);
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			byte[] key = connection.keyCommands().keys((this.prefix + "*").getBytes()).iterator().next();
			assertThat(connection.keyCommands().pTtl(key)).isBetween(300_000L, 360_000L);
			assertThat(connection.zSetCommands().zCard(key)).isEqualTo(1000);
		}
		assertThat(add(Map.of(), 1)).isEqualTo(Map.of("caller 1499", 1500L));
	}

	private Map<String, Long> add(Map<String, Long> counts, int most) throws Exception {
		return this.counts.add("api:decided", counts, most).toCompletableFuture().get(5, TimeUnit.SECONDS);
	}

}
