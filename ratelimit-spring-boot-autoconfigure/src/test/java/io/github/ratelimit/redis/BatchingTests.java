package io.github.ratelimit.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
import io.github.ratelimit.RateLimitStoreException;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link Batching} and {@link Batch}.
 */
@ExtendWith(TestRedis.class)
class BatchingTests {

	private static final Policy POLICY = policy(Algorithm.FIXED_WINDOW, 50);

	private final LettuceConnectionFactory connectionFactory = TestRedis.server().connect();

	private final String prefix = "batching-tests:" + System.nanoTime() + ":";

	private final RedisRateLimitStore store = new RedisRateLimitStore(this.connectionFactory, this.prefix);

	private final List<List<PendingCall>> trips = new ArrayList<>();

	private final List<CompletableFuture<Void>> ends = new ArrayList<>();

	private final Batching batching = new Batching((calls) -> {
		this.trips.add(calls);
		this.ends.add(new CompletableFuture<>());
		return this.ends.get(this.ends.size() - 1);
	});

	@AfterEach
	void disconnect() {
		this.connectionFactory.destroy();
	}

	@Test
	void twoLeaveAtOnceAndOthersTogetherWhenOneTripIsOver() {
		List<PendingCall> calls = Stream.generate(() -> new PendingCall(charge("a"), 0)).limit(6).toList();
		calls.subList(0, 5).forEach(this.batching::add);
		assertThat(this.trips).containsExactly(calls.subList(0, 1), calls.subList(1, 2));
		calls.get(3).completeExceptionally(new TimeoutException());
		this.ends.get(1).complete(null);
		assertThat(this.trips).hasSize(3).last().isEqualTo(List.of(calls.get(2), calls.get(4)));
		this.batching.add(calls.get(5));
		assertThat(this.trips).hasSize(3);
		this.ends.get(2).completeExceptionally(new IllegalStateException());
		assertThat(this.trips).hasSize(4).last().isEqualTo(List.of(calls.get(5)));
	}

	@Test
	void tripThatCannotBeginIsOver() {
		List<List<PendingCall>> begun = new ArrayList<>();
		Batching broken = new Batching((calls) -> {
			begun.add(calls);
			throw new IllegalStateException("This trip fails");
		});
		for (int i = 0; i < 4; i++) {
			broken.add(new PendingCall(charge("a"), 0));
		}
		assertThat(begun).hasSize(4);
	}

	@Test
	void tripIsOverWhenAllHaveGivenUp() {
		Batch batch = new Batch(10, 4, this.store::encoded);
		List<PendingCall> calls = Stream.of("a", "b", "a", "c").map((key) -> new PendingCall(charge(key), 0)).toList();
		assertThat(calls).allMatch(batch::add);
		calls.get(3).completeExceptionally(new TimeoutException());
		CompletableFuture<Void> awaited = batch.awaited();
		calls.get(2).cancel(false);
		calls.get(0).completeExceptionally(new TimeoutException());
		assertThat(awaited).isNotDone();
		calls.get(1).completeExceptionally(new TimeoutException());
		assertThat(awaited).isCompletedExceptionally();
	}

	@ParameterizedTest
	@EnumSource
	void callsUnderWayAtTheSameTimeShareTripsAndAllowExactlyThePermits(Algorithm algorithm) throws Exception {
		Policy policy = policy(algorithm, 50);
		this.store.probe().toCompletableFuture().get();
		long before = scripts();
		List<CompletableFuture<Decision>> answers = IntStream.range(0, 2000)
			.mapToObj((i) -> List.of(new Charge(policy, "caller-" + i % 10)))
			.map((charges) -> this.store.acquire(charges).toCompletableFuture())
			.toList();
		long[] allowed = new long[10];
		for (int i = 0; i < answers.size(); i++) {
			allowed[i % 10] += answers.get(i).get().allowed() ? 1 : 0;
		}
		assertThat(allowed).containsOnly(50);
		assertThat(scripts() - before).isLessThan(1000);
	}

	@Test
	void differentCallsThatDoNotFitInOneBatchLeaveInSeveral() throws Exception {
		long before = scripts();
		List<PendingCall> calls = IntStream.range(0, 150).mapToObj((i) -> new PendingCall(charge("k" + i), 0)).toList();
		this.store.send(calls).toCompletableFuture().get();
		assertThat(calls).allMatch((call) -> call.join().allowed());
		assertThat(scripts() - before).isEqualTo(3);
	}

	@Test
	void listenerIsToldHowManyCallsShareOneCallOfTheScript() throws Exception {
		List<Integer> batches = new ArrayList<>();
		RedisRateLimitStore told = new RedisRateLimitStore(this.connectionFactory, this.prefix, 2, null, batches::add);
		List<PendingCall> calls = Stream.of("a", "b", "a", "c").map((key) -> new PendingCall(charge(key), 0)).toList();
		told.send(calls).toCompletableFuture().get();
		assertThat(batches).containsExactly(3, 1);
	}

	@Test
	void callThatFailsFailsNoOther() throws Exception {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			connection.stringCommands()
				.set(this.store.encoded(POLICY).key("broken").getBytes(), new byte[] { (byte) 0xc1 });
		}
		List<PendingCall> calls = Stream.of("a", "broken", "b").map((key) -> new PendingCall(charge(key), 0)).toList();
		this.store.send(calls);
		assertThat(calls.get(0).get().states().get(0).remaining()).isEqualTo(49);
		assertThat(calls.get(2).get().states().get(0).remaining()).isEqualTo(49);
		assertThatThrownBy(calls.get(1)::get).hasCauseInstanceOf(RateLimitStoreException.class);
	}

	@Test
	void callerIsNotUnderTwoPoliciesOfOneNameInOneBatch() throws Exception {
		PendingCall call = new PendingCall(charge("a"), 0);
		PendingCall other = new PendingCall(List.of(new Charge(policy(Algorithm.FIXED_WINDOW, 40), "a")), 0);
		Batch batch = new Batch(10, 4, this.store::encoded);
		assertThat(batch.add(call)).isTrue();
		assertThat(batch.add(other)).isFalse();
		this.store.probe().toCompletableFuture().get();
		this.store.send(List.of(call, other));
		assertThat(call.get().states().get(0).remaining()).isEqualTo(49);
		assertThat(other.get().states().get(0).remaining()).isEqualTo(38);
	}

	private long scripts() {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			String calls = connection.serverCommands().info("commandstats").getProperty("cmdstat_evalsha", "calls=0,");
			return Long.parseLong(calls.substring("calls=".length(), calls.indexOf(',')));
		}
	}

	private static List<Charge> charge(String key) {
		return List.of(new Charge(POLICY, key));
	}

	private static Policy policy(Algorithm algorithm, long permits) {
		return new Policy("p", algorithm, new Limit(permits, Duration.ofMinutes(10)));
	}

}
