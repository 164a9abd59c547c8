package io.github.ratelimit.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStoreException;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * A connection breaks after a server has run what it was asked to, and before its answer
 * has arrived.
 */
class LostConnectionTests {

	private static final Policy POLICY = new Policy("p", Algorithm.SLIDING_WINDOW, new Limit(100, Duration.ofHours(1)));

	private static final Charge CHARGE = new Charge(POLICY, "a");

	@Test
	void whatTheServerHasRunIsNotSentAgain() throws Exception {
		TestRedis.Server server = TestRedis.server();
		try (FaultyProxy proxy = new FaultyProxy(server.port())) {
			LettuceConnectionFactory connections = new TestRedis.Server("a proxy", "127.0.0.1", proxy.port()).connect();
			try {
				breakOff(new RedisRateLimitStore(connections, "lost:" + System.nanoTime() + ":"), proxy);
			}
			finally {
				connections.destroy();
			}
		}
	}

	@Test
	void whatANodeOfAClusterHasRunIsNotSentAgain(@TempDir Path folder) throws Exception {
		try (RedisCluster cluster = new RedisCluster(folder);
				RedisApplication application = new RedisApplication(cluster.properties())) {
			RedisRateLimitStore store = new RedisRateLimitStore(application.connections(), "lost:");
			breakOff(store, cluster.proxy(RedisCluster.primaryOf(SlotHash.getSlot("{a}"))));
		}
	}

	private static void breakOff(RedisRateLimitStore store, FaultyProxy proxy) throws Exception {
		assertThat(store.acquire(List.of(CHARGE)).toCompletableFuture().get(20, TimeUnit.SECONDS).allowed()).isTrue();
		long left = 99;
		for (FaultyProxy.Fault fault : List.of(FaultyProxy.Fault.END, FaultyProxy.Fault.RESET)) {
			proxy.spoilOnce(fault);
			long start = System.nanoTime();
			CompletableFuture<Decision> lost = store.acquire(List.of(CHARGE)).toCompletableFuture();
			assertThatThrownBy(() -> lost.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(RateLimitStoreException.class);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
			left--;
			await().ignoreExceptions().until(() -> remaining(store) > 0);
			assertThat(remaining(store)).isEqualTo(left);
		}
	}

	private static long remaining(RedisRateLimitStore store) {
		return store.acquire(List.of(new Charge(POLICY, "a", 0)))
			.toCompletableFuture()
			.join()
			.states()
			.get(0)
			.remaining();
	}

}
