package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.SettlementContract;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how {@link RedisRateLimitStore} settles.
 */
@ExtendWith(TestRedis.class)
class RedisSettlementTests extends SettlementContract {

	private static final Policy TWO_PER_MINUTE = new Policy("p", Algorithm.SLIDING_WINDOW,
			new Limit(2, Duration.ofMinutes(1)));

	private final LettuceConnectionFactory connectionFactory = TestRedis.server().connect();

	private final String prefix = "settlement-tests:" + System.nanoTime() + ":";

	private final RedisRateLimitStore store = new RedisRateLimitStore(this.connectionFactory, this.prefix);

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new RedisRateLimitStore(this.connectionFactory, this.prefix, 1,
				() -> Instant.ofEpochMilli(clock.getAsLong()));
	}

	@Override
	protected RateLimitStore lastingStore(LongSupplier clock) {
		return new LastingStore(this.connectionFactory, this.prefix, store(clock));
	}

	@AfterEach
	void disconnect() {
		this.connectionFactory.destroy();
	}

	@Test
	void aSettlementIsOneCommandAndNoneIfNothingChanged() throws Exception {
		Policy other = new Policy("q", Algorithm.TOKEN_BUCKET, new Limit(50, Duration.ofMinutes(1)),
				new Limit(500, Duration.ofHours(1)));
		List<Decision> reserved = new ArrayList<>();
		for (int i = 0; i < 11; i++) {
			reserved.add(acquire(new Charge(TWO_PER_MINUTE, "a" + i, 2), new Charge(other, "b" + i, 3)));
		}
		settle(reserved.get(10), 1, 1);
		long before = calls("evalsha");
		long evals = calls("eval");
		for (int i = 0; i < 10; i++) {
			settle(reserved.get(i), 1, 5);
			settle(reserved.get(i), 2, 3);
		}
		assertThat(calls("evalsha") - before).isEqualTo(10);
		assertThat(calls("eval") - evals).isZero();
	}

	@Test
	void s26ScriptFlushDoesNotDisturbASettlement() throws Exception {
		Decision reserved = acquire(new Charge(TWO_PER_MINUTE, "a", 2));
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			connection.scriptingCommands().scriptFlush();
		}
		settle(reserved, 1);
		assertThat(acquire(new Charge(TWO_PER_MINUTE, "a")).allowed()).isTrue();
		assertThat(acquire(new Charge(TWO_PER_MINUTE, "a")).allowed()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void settledValueHasATtlAndIsGoneWhenItIsEmpty(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(60, Duration.ofMinutes(1)),
				new Limit(70, Duration.ofSeconds(50)));
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			for (long actual : new long[] { 60, 10, 2 }) {
				Decision reserved = acquire(new Charge(policy, "a", 30));
				assertThat(connection.keyCommands().persist(key(policy))).isTrue();
				settle(reserved, actual);
				long longest = (algorithm == Algorithm.TOKEN_BUCKET) ? actual * 1000 : 61_000;
				assertThat(connection.keyCommands().pTtl(key(policy))).isBetween(1L, longest);
				this.store.reset(policy, "a").toCompletableFuture().get();
			}
			Decision unspent = acquire(new Charge(policy, "a", 1));
			settle(acquire(new Charge(policy, "a", 2)), 0);
			settle(unspent, 0);
			if (algorithm != Algorithm.TOKEN_BUCKET) {
				assertThat(connection.keyCommands().exists(key(policy))).isFalse();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void s21SettlementThatArrivesTooLateWritesNothing(Algorithm algorithm) throws Exception {
		Policy policy = new Policy("p", algorithm, new Limit(2, Duration.ofMillis(20)));
		Decision reserved = acquire(new Charge(policy, "a", 2));
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			while (connection.keyCommands().exists(key(policy))) {
				Thread.onSpinWait();
			}
			settle(reserved, 0);
			assertThat(connection.keyCommands().exists(key(policy))).isFalse();
			settle(reserved, 3);
			assertThat(connection.keyCommands().pTtl(key(policy))).isBetween(-2L, 50L).isNotEqualTo(-1);
		}
	}

	private Decision acquire(Charge... charges) throws Exception {
		return this.store.acquire(List.of(charges)).toCompletableFuture().get();
	}

	private void settle(Decision decision, long... actual) throws Exception {
		List<Charge> costs = new ArrayList<>();
		for (Charge charge : decision.charges()) {
			costs.add(new Charge(charge.policy(), charge.key(), actual[costs.size()]));
		}
		this.store.settle(decision, costs).toCompletableFuture().get();
	}

	private long calls(String command) {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			Properties stats = connection.serverCommands().info("commandstats");
			String calls = stats.getProperty("cmdstat_" + command, "calls=0,");
			return Long.parseLong(calls.substring("calls=".length(), calls.indexOf(',')));
		}
	}

	private byte[] key(Policy policy) {
		return bytes(EncodedPolicy.of(this.prefix, policy).key("a"));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
