package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.ExactModel;
import io.github.ratelimit.RandomTrace;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random traces through Lua, through memory and through the exact model: every number is
 * equal.
 */
@ExtendWith(TestRedis.class)
class ModelTests {

	private static final int TRACES = Integer.getInteger("ratelimit.test.traces", 2600);

	private static final long SEED = Long.getLong("ratelimit.test.seed", System.nanoTime());

	private final AtomicLong now = new AtomicLong();

	private LettuceConnectionFactory connectionFactory;

	private RedisAsyncCommands<byte[], byte[]> commands;

	@BeforeEach
	@SuppressWarnings("unchecked")
	void connect(TestRedis.Server server) throws Exception {
		this.connectionFactory = server.connect();
		this.commands = (RedisAsyncCommands<byte[], byte[]>) this.connectionFactory.getConnection()
			.getNativeConnection();
		this.commands.scriptLoad(RedisRateLimitStore.SCRIPT).get(5, TimeUnit.SECONDS);
	}

	@AfterEach
	void disconnect() {
		this.connectionFactory.destroy();
	}

	@ParameterizedTest
	@EnumSource
	void luaAndMemoryDecideAsTheModelDoes(Algorithm algorithm) throws Exception {
		int decisions = 0;
		for (long seed = SEED; seed < SEED + TRACES; seed++) {
			List<RandomTrace.Call> calls = new RandomTrace(algorithm, seed).calls();
			decisions += decide(calls, "seed " + seed + ", " + algorithm).size();
		}
		assertThat(decisions).isGreaterThanOrEqualTo(40 * TRACES);
	}

	/**
	 * Waiting retryAfter succeeds, and a millisecond less does not: after a rejection the
	 * same call comes again at both times.
	 */
	@ParameterizedTest
	@EnumSource
	void retryAfterIsExact(Algorithm algorithm) throws Exception {
		int checked = 0;
		for (long seed = SEED; seed < SEED + TRACES / 10; seed++) {
			ExactModel model = new ExactModel();
			List<RandomTrace.Call> calls = new ArrayList<>();
			List<Boolean> again = new ArrayList<>();
			for (RandomTrace.Call call : new RandomTrace(algorithm, seed).calls()) {
				Decision decision = model.acquire(call.charges(), call.now());
				calls.add(call);
				again.add(null);
				Duration retryAfter = decision.retryAfter();
				if (!decision.allowed() && retryAfter != null) {
					long retryAt = call.now() + retryAfter.toMillis();
					model.acquire(call.charges(), retryAt);
					calls.add(new RandomTrace.Call(retryAt - 1, call.charges()));
					calls.add(new RandomTrace.Call(retryAt, call.charges()));
					again.addAll(List.of(false, true));
					checked++;
				}
			}
			List<Decision> decisions = decide(calls, "seed " + seed + ", " + algorithm);
			for (int i = 0; i < calls.size(); i++) {
				if (again.get(i) != null) {
					assertThat(decisions.get(i).allowed()).as("seed %s, %s, call %s", seed, algorithm, i + 1)
						.isEqualTo(again.get(i));
				}
			}
		}
		assertThat(checked).isGreaterThan(TRACES / 10);
	}

	/** Lets all three decide, and returns what they agree on. */
	private List<Decision> decide(List<RandomTrace.Call> calls, String trace) throws Exception {
		String prefix = "model:" + trace + ":" + System.nanoTime() + ":";
		InstantSource clock = () -> Instant.ofEpochMilli(this.now.get());
		RedisRateLimitStore redis = new RedisRateLimitStore(this.connectionFactory, prefix, clock);
		redis.probe().toCompletableFuture().get(5, TimeUnit.SECONDS);
		MemoryRateLimitStore memory = new MemoryRateLimitStore(1000, this.now::get);
		ExactModel model = new ExactModel();
		List<Decision> expected = new ArrayList<>();
		List<CompletableFuture<Decision>> answers = new ArrayList<>();
		List<byte[]> keys = new ArrayList<>();
		for (RandomTrace.Call call : calls) {
			this.now.set(call.now());
			expected.add(model.acquire(call.charges(), call.now()));
			assertThat(memory.acquire(call.charges()).toCompletableFuture().get())
				.as("memory, %s, call %s", trace, expected.size())
				.isEqualTo(expected.get(expected.size() - 1));
			answers.add(acquireAndPersist(redis, prefix, call.charges(), keys));
		}
		for (int i = 0; i < answers.size(); i++) {
			assertThat(answers.get(i).get(5, TimeUnit.SECONDS)).as("redis, %s, call %s", trace, i + 1)
				.isEqualTo(expected.get(i));
		}
		this.commands.del(keys.toArray(byte[][]::new)).get(5, TimeUnit.SECONDS);
		return expected;
	}

	/**
	 * A clock of the test's does not move the server's: what a decision wrote would
	 * expire by the latter. Nothing expires within a transaction, and PERSIST keeps it
	 * after.
	 */
	private CompletableFuture<Decision> acquireAndPersist(RedisRateLimitStore redis, String prefix,
			List<Charge> charges, List<byte[]> keys) {
		this.commands.multi();
		CompletableFuture<Decision> answer = redis.acquire(charges).toCompletableFuture();
		for (Charge charge : charges) {
			byte[] key = bytes(prefix + "{" + charge.key() + EncodedPolicy.of(charge.policy()).keySuffix());
			keys.add(key);
			this.commands.persist(key);
		}
		RedisFuture<?> done = this.commands.exec();
		return answer.thenCombine(done, (decision, results) -> decision);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
