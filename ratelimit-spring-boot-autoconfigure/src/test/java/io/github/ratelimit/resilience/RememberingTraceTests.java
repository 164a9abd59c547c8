package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Ban;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RandomTrace;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;
import io.github.ratelimit.redis.MovableClock;
import io.github.ratelimit.redis.TestRedis;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same random trace through a store and through one that remembers its rejections:
 * nobody notices which is which.
 */
@ExtendWith(TestRedis.class)
class RememberingTraceTests {

	private static final long SEED = Long.getLong("ratelimit.test.seed", System.nanoTime());

	private static final Duration LONGEST = Duration.ofMinutes(1);

	private final MovableClock clock = new MovableClock();

	private final long start = this.clock.millis();

	@ParameterizedTest
	@EnumSource
	void memoryAnswersAsIfItWereAskedEveryTime(Algorithm algorithm) {
		int rejected = 0;
		int saved = 0;
		for (long seed = SEED; seed < SEED + 400; seed++) {
			Trace trace = new Trace(algorithm, seed, new MemoryRateLimitStore(1000, this.clock::millis),
					new MemoryRateLimitStore(1000, this.clock::millis));
			trace.run();
			rejected += trace.rejected;
			saved += trace.calls - trace.remembered.asked;
		}
		assertThat(saved).isGreaterThan(rejected / 4);
	}

	@ParameterizedTest
	@EnumSource
	void redisAnswersAsIfItWereAskedEveryTime(Algorithm algorithm) {
		LettuceConnectionFactory connections = TestRedis.server().connect();
		try {
			for (long seed = SEED; seed < SEED + 15; seed++) {
				String prefix = "remembering:" + System.nanoTime() + ":";
				new Trace(algorithm, seed, this.clock.lastingStore(connections, prefix + "bare:"),
						this.clock.lastingStore(connections, prefix))
					.run();
			}
		}
		finally {
			connections.destroy();
		}
	}

	/** What an allowed call tells of the next one, with numbers up to their bounds. */
	@ParameterizedTest
	@EnumSource
	void lastPermitTellsWhatTheNextCallIsTold(Algorithm algorithm) {
		int told = 0;
		for (long seed = SEED; seed < SEED + 1000; seed++) {
			long[] now = new long[1];
			RateLimitStore store = new MemoryRateLimitStore(1000, () -> now[0]);
			for (RandomTrace.Step step : new RandomTrace(algorithm, seed).steps()) {
				if (step instanceof RandomTrace.Call call) {
					now[0] = call.now();
					Decision decision = join(store.acquire(call.charges()));
					Decision next = RememberedRejection.next(decision);
					if (decision.allowed() && next != null) {
						told++;
						assertThat(join(store.acquire(call.charges()))).as("seed %s", seed).isEqualTo(next);
					}
				}
			}
		}
		assertThat(told).isGreaterThan(100);
	}

	@Test
	void s23RejectedCallsCostNoRedisCommand() {
		LettuceConnectionFactory connections = TestRedis.server().connect();
		try (RedisConnection connection = connections.getConnection()) {
			RateLimitStore store = remembering(this.clock.store(connections, "remembering:" + System.nanoTime() + ":"));
			List<Charge> charges = List
				.of(new Charge(new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(2, Duration.ofHours(1))), "a"));
			assertThat(join(store.acquire(charges)).allowed()).isTrue();
			assertThat(join(store.acquire(charges)).allowed()).isTrue();
			String before = decisions(connection);
			for (int i = 0; i < 1000; i++) {
				assertThat(join(store.acquire(charges)).allowed()).isFalse();
			}
			assertThat(decisions(connection)).isEqualTo(before);
		}
		finally {
			connections.destroy();
		}
	}

	private static String decisions(RedisConnection connection) {
		Properties stats = connection.serverCommands().info("commandstats");
		return stats.getProperty("cmdstat_evalsha").split(",")[0];
	}

	private RateLimitStore remembering(RateLimitStore store) {
		return new RememberingRateLimitStore(store, LONGEST,
				() -> Duration.ofMillis(-this.start)
					.plusSeconds(this.clock.instant().getEpochSecond())
					.plusNanos(this.clock.instant().getNano())
					.toNanos());
	}

	private static <T> T join(CompletionStage<T> answer) {
		return answer.toCompletableFuture().join();
	}

	/**
	 * Calls under policies that do not tell of each other, or do; settlements of some of
	 * them, and resets. Time passes by whole milliseconds, or by any part of one. Only
	 * policies of one call ban: another one would not be seen to use up what a remembered
	 * call would then knock at.
	 */
	private final class Trace {

		private final Random random;

		private final String name;

		private final RateLimitStore bare;

		private final Asked remembered;

		private final RateLimitStore remembering;

		private final boolean apart;

		private final long unit;

		private final List<List<Charge>> menu = new ArrayList<>();

		private final List<Decision[]> unsettled = new ArrayList<>();

		private int calls;

		private int rejected;

		private Duration wait = Duration.ZERO;

		Trace(Algorithm algorithm, long seed, RateLimitStore bare, RateLimitStore remembered) {
			this.random = new Random(seed);
			this.name = "seed " + seed + ", " + algorithm;
			this.bare = bare;
			this.remembered = new Asked(remembered);
			this.remembering = remembering(this.remembered);
			this.apart = seed % 2 == 0;
			this.unit = (seed / 2 % 2 == 0) ? 1 : 1_000_000;
			for (int i = 0; i < 4; i++) {
				List<Charge> charges = new ArrayList<>();
				for (int n = 0; n <= this.random.nextInt(2); n++) {
					Policy policy = policy(algorithm, "p" + (this.apart ? 2 * i + n : n));
					charges.add(new Charge(policy, "caller", 1 + this.random.nextInt(3)));
				}
				this.menu.add(List.copyOf(charges));
			}
		}

		/** Of one name there is one policy. */
		private Policy policy(Algorithm algorithm, String policyName) {
			for (List<Charge> charges : this.menu) {
				for (Charge charge : charges) {
					if (charge.policy().name().equals(policyName)) {
						return charge.policy();
					}
				}
			}
			List<Limit> limits = new ArrayList<>();
			for (int i = 0; i <= this.random.nextInt(2); i++) {
				limits.add(new Limit(3 + this.random.nextInt(6), Duration.ofSeconds(60 + 777L * i)));
			}
			Policy policy = new Policy(policyName, algorithm, limits, 1);
			return (this.apart && this.random.nextBoolean()) ? policy.with(new Ban(1 + this.random.nextInt(4),
					Duration.ofSeconds(60), Duration.ofMillis(1 + this.random.nextInt(40_000)))) : policy;
		}

		void run() {
			for (int step = 0; step < 120; step++) {
				List<Charge> charges = this.menu.get(this.random.nextInt(this.menu.size()));
				switch (this.random.nextInt(25)) {
					case 0 -> reset(charges.get(0));
					case 1 -> settle();
					case 2 -> this.unsettled.add(decide(charges, true));
					default -> decide(charges, false);
				}
				pass();
			}
		}

		/** Any time, or about as long as the call that was rejected last is to wait. */
		private void pass() {
			long nanos = switch (this.random.nextInt(6)) {
				case 0, 1 -> this.random.nextLong(6_000_000_000L);
				case 2 -> Math.max(0, this.wait.toNanos() - this.random.nextLong(-1_000_000, 2_000_000));
				default -> 0;
			};
			RememberingTraceTests.this.clock.advance(Duration.ofNanos(nanos / this.unit * this.unit));
			this.wait = this.wait.minusNanos(nanos);
		}

		private Decision[] decide(List<Charge> charges, boolean reserved) {
			Decision expected = join(reserved ? this.bare.reserve(charges) : this.bare.acquire(charges));
			Decision decision = join(reserved ? this.remembering.reserve(charges) : this.remembering.acquire(charges));
			assertThat(decision.allowed()).as(this.name).isEqualTo(expected.allowed());
			this.calls++;
			if (!decision.allowed()) {
				this.rejected++;
				this.wait = decision.retryAfter();
			}
			if (this.apart) {
				assertThat(decision.retryAfter()).as(this.name)
					.isBetween(expected.retryAfter(),
							expected.retryAfter().plusMillis((this.unit == 1 && !decision.allowed()) ? 1 : 0));
				assertThat(decision.exhausted().stream().map((state) -> state.limit()).toList()).as(this.name)
					.isEqualTo(expected.exhausted().stream().map((state) -> state.limit()).toList());
			}
			return new Decision[] { expected, decision };
		}

		private void settle() {
			if (!this.unsettled.isEmpty()) {
				Decision[] decisions = this.unsettled.remove(this.random.nextInt(this.unsettled.size()));
				if (decisions[0].allowed()) {
					List<Charge> actual = decisions[0].charges()
						.stream()
						.map((charge) -> new Charge(charge.policy(), charge.key(),
								this.random.nextLong(charge.cost() + (this.apart ? 1 : 3))))
						.toList();
					join(this.bare.settle(decisions[0], actual));
					join(this.remembering.settle(decisions[1], actual));
				}
			}
		}

		private void reset(Charge charge) {
			join(this.bare.reset(charge.policy(), charge.key()));
			join(this.remembering.reset(charge.policy(), charge.key()));
		}

	}

	/** Counts the calls that another store is asked. */
	private static final class Asked implements RateLimitStore {

		private final RateLimitStore store;

		private int asked;

		Asked(RateLimitStore store) {
			this.store = store;
		}

		@Override
		public String name() {
			return this.store.name();
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			this.asked++;
			return this.store.acquire(charges);
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			return this.store.settle(decision, actual);
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return this.store.reset(policy, key);
		}

	}

}
