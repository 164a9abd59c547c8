package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
import io.github.ratelimit.Policy;
import io.github.ratelimit.RandomTrace;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random traces through Lua, through memory and through the exact model: every number is
 * equal.
 */
@ExtendWith(TestRedis.class)
class ModelTests {

	private static final int TRACES = Integer.getInteger("ratelimit.test.traces", 1800);

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
		this.commands.scriptLoad(RedisRateLimitStore.ACQUIRE.source()).get(5, TimeUnit.SECONDS);
		this.commands.scriptLoad(RedisRateLimitStore.SETTLE.source()).get(5, TimeUnit.SECONDS);
	}

	@AfterEach
	void disconnect() {
		this.connectionFactory.destroy();
	}

	@ParameterizedTest
	@EnumSource
	void luaAndMemoryDecideAndSettleAsTheModelDoes(Algorithm algorithm) throws Exception {
		int decisions = 0;
		for (long seed = SEED; seed < SEED + TRACES; seed++) {
			List<RandomTrace.Step> steps = new RandomTrace(algorithm, seed).steps();
			decisions += follow(steps, "seed " + seed + ", " + algorithm).size();
		}
		assertThat(decisions).isGreaterThanOrEqualTo(40 * TRACES);
	}

	/**
	 * Waiting retryAfter succeeds, and a millisecond less does not: after a rejection the
	 * same call comes again at one of both times, since one that comes too early may get
	 * its caller banned.
	 */
	@ParameterizedTest
	@EnumSource
	void retryAfterIsExact(Algorithm algorithm) throws Exception {
		int checked = 0;
		for (long seed = SEED; seed < SEED + TRACES / 10; seed++) {
			Map<RandomTrace.Call, Boolean> again = new IdentityHashMap<>();
			List<RandomTrace.Step> steps = withRetries(new RandomTrace(algorithm, seed).steps(), again);
			Map<RandomTrace.Call, Decision> decisions = follow(steps, "seed " + seed + ", " + algorithm);
			for (RandomTrace.Call call : again.keySet()) {
				assertThat(decisions.get(call).allowed()).as("seed %s, %s, %s", seed, algorithm, call)
					.isEqualTo(again.get(call));
			}
			checked += again.size();
		}
		assertThat(checked).isGreaterThan(TRACES / 5);
	}

	/**
	 * Calls that share a trip are decided as if they came one by one, equal ones directly
	 * after each other.
	 */
	@ParameterizedTest
	@EnumSource
	void batchesDecideAsIfCallsCameOneByOne(Algorithm algorithm) throws Exception {
		int merged = 0;
		int partly = 0;
		for (long seed = SEED; seed < SEED + TRACES / 6; seed++) {
			String trace = "seed " + seed + ", " + algorithm;
			RedisRateLimitStore redis = new RedisRateLimitStore(this.connectionFactory, "batch:" + trace, 1000,
					() -> Instant.ofEpochMilli(this.now.get()));
			redis.probe().toCompletableFuture().get(5, TimeUnit.SECONDS);
			ExactModel model = new ExactModel();
			for (List<List<Charge>> batch : batches(new RandomTrace(algorithm, seed).steps(), new Random(seed))) {
				List<PendingCall> calls = batch.stream().map((charges) -> new PendingCall(charges, 0)).toList();
				Map<List<Charge>, List<PendingCall>> equal = calls.stream()
					.collect(Collectors.groupingBy(PendingCall::charges, LinkedHashMap::new, Collectors.toList()));
				sendAndPersist(redis, calls);
				for (Map.Entry<List<Charge>, List<PendingCall>> entry : equal.entrySet()) {
					Set<Boolean> outcomes = new HashSet<>();
					for (PendingCall call : entry.getValue()) {
						Decision decision = call.get(5, TimeUnit.SECONDS);
						assertThat(decision).as("%s, %s", trace, batch)
							.isEqualTo(model.acquire(entry.getKey(), this.now.get()));
						outcomes.add(decision.allowed());
					}
					merged += (entry.getValue().size() > 1) ? 1 : 0;
					partly += (outcomes.size() > 1) ? 1 : 0;
				}
			}
		}
		assertThat(merged).isGreaterThan(TRACES);
		assertThat(partly).isGreaterThan(TRACES / 20);
	}

	/** Moves the clock to the first call of each batch before it is taken. */
	private Iterable<List<List<Charge>>> batches(List<RandomTrace.Step> trace, Random random) {
		List<RandomTrace.Call> calls = trace.stream()
			.filter(RandomTrace.Call.class::isInstance)
			.map(RandomTrace.Call.class::cast)
			.toList();
		List<List<List<Charge>>> batches = new ArrayList<>();
		List<Long> times = new ArrayList<>();
		Map<String, Policy> policies = new HashMap<>();
		for (RandomTrace.Call call : calls) {
			boolean changed = call.charges()
				.stream()
				.map(Charge::policy)
				.anyMatch((policy) -> !policies.getOrDefault(policy.name(), policy).equals(policy));
			if (batches.isEmpty() || changed || random.nextInt(4) == 0) {
				policies.clear();
				batches.add(new ArrayList<>());
				times.add(call.now());
			}
			call.charges().forEach((charge) -> policies.put(charge.policy().name(), charge.policy()));
			List<List<Charge>> last = batches.get(batches.size() - 1);
			for (int i = random.nextInt(5); i >= 0; i--) {
				last.add(random.nextInt(last.size() + 1), List.copyOf(call.charges()));
			}
		}
		return () -> IntStream.range(0, batches.size()).mapToObj((i) -> {
			this.now.set(times.get(i));
			return batches.get(i);
		}).iterator();
	}

	private void sendAndPersist(RedisRateLimitStore redis, List<PendingCall> calls) throws Exception {
		Set<String> keys = calls.stream()
			.flatMap((call) -> call.charges().stream())
			.map((charge) -> redis.encoded(charge.policy()).key(charge.key()))
			.collect(Collectors.toSet());
		this.commands.multi();
		redis.send(calls);
		keys.forEach((key) -> this.commands.persist(bytes(key)));
		this.commands.exec().get(5, TimeUnit.SECONDS);
	}

	private static List<RandomTrace.Step> withRetries(List<RandomTrace.Step> trace,
			Map<RandomTrace.Call, Boolean> again) {
		ModelRun model = new ModelRun();
		List<RandomTrace.Step> steps = new ArrayList<>();
		for (RandomTrace.Step step : trace) {
			steps.add(step);
			Decision decision = model.follow(step);
			Duration retryAfter = decision.retryAfter();
			if (step instanceof RandomTrace.Call call && !decision.allowed() && retryAfter != null) {
				long retryAt = call.now() + retryAfter.toMillis();
				boolean inTime = again.size() % 2 == 0;
				RandomTrace.Call retry = new RandomTrace.Call(inTime ? retryAt : retryAt - 1, call.charges());
				model.follow(retry);
				steps.add(retry);
				again.put(retry, inTime);
			}
		}
		return steps;
	}

	/** Lets all three follow a trace, and returns what they agree on. */
	private Map<RandomTrace.Call, Decision> follow(List<RandomTrace.Step> steps, String trace) throws Exception {
		String prefix = "model:" + trace + ":" + System.nanoTime() + ":";
		InstantSource clock = () -> Instant.ofEpochMilli(this.now.get());
		RedisRateLimitStore redis = new RedisRateLimitStore(this.connectionFactory, prefix, 1, clock);
		redis.probe().toCompletableFuture().get(5, TimeUnit.SECONDS);
		MemoryRateLimitStore memory = new MemoryRateLimitStore(1000, this.now::get);
		ModelRun model = new ModelRun();
		List<CompletableFuture<Decision>> answers = new ArrayList<>();
		List<Decision> expected = new ArrayList<>();
		Set<String> keys = new HashSet<>();
		for (RandomTrace.Step step : steps) {
			this.now.set(step.now());
			Decision decision = model.follow(step);
			expected.add(decision);
			assertThat(follow(memory, step, decision).get()).as("memory, %s, step %s", trace, expected.size())
				.isEqualTo(decision);
			answers.add(followAndPersist(redis, step, decision, keys(prefix, decision)));
			keys.addAll(keys(prefix, decision));
		}
		for (int i = 0; i < answers.size(); i++) {
			assertThat(answers.get(i).get(5, TimeUnit.SECONDS)).as("redis, %s, step %s", trace, i + 1)
				.isEqualTo(expected.get(i));
		}
		this.commands.del(keys.stream().map(ModelTests::bytes).toArray(byte[][]::new)).get(5, TimeUnit.SECONDS);
		return model.decisions;
	}

	/**
	 * A clock of the test's does not move the server's: what a decision wrote would
	 * expire by the latter. Nothing expires within a transaction, and PERSIST keeps it
	 * after.
	 */
	private CompletableFuture<Decision> followAndPersist(RedisRateLimitStore redis, RandomTrace.Step step,
			Decision decision, Set<String> keys) {
		this.commands.multi();
		CompletableFuture<Decision> answer = follow(redis, step, decision);
		keys.forEach((key) -> this.commands.persist(bytes(key)));
		RedisFuture<?> done = this.commands.exec();
		return answer.thenCombine(done, (answered, results) -> answered);
	}

	/** A settlement has no answer of its own: it returns what it settled. */
	private static CompletableFuture<Decision> follow(RateLimitStore store, RandomTrace.Step step, Decision decision) {
		if (step instanceof RandomTrace.Call call) {
			return store.acquire(call.charges()).toCompletableFuture();
		}
		CompletionStage<Void> settled = decision.allowed()
				? store.settle(decision, ((RandomTrace.Settlement) step).actual(decision))
				: CompletableFuture.completedFuture(null);
		return settled.thenApply((nothing) -> decision).toCompletableFuture();
	}

	private static Set<String> keys(String prefix, Decision decision) {
		return decision.charges()
			.stream()
			.map((charge) -> EncodedPolicy.of(prefix, charge.policy()).key(charge.key()))
			.collect(Collectors.toSet());
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** The model, and what it decided. */
	private static final class ModelRun {

		private final ExactModel model = new ExactModel();

		private final Map<RandomTrace.Call, Decision> decisions = new IdentityHashMap<>();

		/** Decides a call, or settles one: the decision is that on the call. */
		private Decision follow(RandomTrace.Step step) {
			if (step instanceof RandomTrace.Call call) {
				Decision decision = this.model.acquire(call.charges(), call.now());
				this.decisions.put(call, decision);
				return decision;
			}
			RandomTrace.Settlement settlement = (RandomTrace.Settlement) step;
			Decision decision = this.decisions.get(settlement.call());
			if (decision.allowed()) {
				this.model.settle(decision, settlement.actual(decision), settlement.now());
			}
			return decision;
		}

	}

}
