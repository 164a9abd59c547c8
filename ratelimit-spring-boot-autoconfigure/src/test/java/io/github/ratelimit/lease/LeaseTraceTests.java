package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.Random;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;
import io.github.ratelimit.redis.TestRedis;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The promise of leases, and their price, on random calls to several instances that share
 * a store.
 */
@ExtendWith(TestRedis.class)
class LeaseTraceTests {

	@Test
	void noMoreIsSpentThanTheLimitAndNothingIsLost() throws Exception {
		long locally = 0;
		long elsewhere = 0;
		for (int trace = 0; trace < 40; trace++) {
			LeaseTrace run = run(3, (time) -> new MemoryRateLimitStore(1000, time::millis), Duration.ofSeconds(1));
			locally += run.locally();
			elsewhere += run.rejectedForLeasesElsewhere();
		}
		assertThat(locally).isGreaterThan(1000);
		assertThat(elsewhere).isPositive();
	}

	@Test
	void noMoreIsSpentThanTheLimitAndNothingIsLostOverRedis() throws Exception {
		LettuceConnectionFactory connections = TestRedis.server().connect();
		try {
			long locally = 0;
			for (int trace = 0; trace < 6; trace++) {
				LeaseTrace run = run(3, (time) -> time.clock().store(connections, "lease:" + System.nanoTime() + ":"),
						Duration.ofHours(1));
				locally += run.locally();
			}
			assertThat(locally).isGreaterThan(100);
		}
		finally {
			connections.destroy();
		}
	}

	@Test
	void oneInstanceDecidesAsIfItHadNoLeases() throws Exception {
		for (int trace = 0; trace < 30; trace++) {
			LeaseTrace run = run(1, (time) -> new MemoryRateLimitStore(1000, time::millis), Duration.ofSeconds(1));
			assertThat(run.rejectedForLeasesElsewhere()).isZero();
		}
	}

	private static LeaseTrace run(int instances, Function<VirtualTime, RateLimitStore> store, Duration shortest)
			throws Exception {
		long seed = System.nanoTime();
		LeaseTrace trace = new LeaseTrace(new Random(seed), instances, store, shortest);
		trace.run("seed " + seed);
		return trace;
	}

}
