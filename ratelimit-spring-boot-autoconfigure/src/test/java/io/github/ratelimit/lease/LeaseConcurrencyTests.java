package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.RepeatedTest;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Leases of a key that many threads of two instances ask for at once.
 */
class LeaseConcurrencyTests {

	private static final int THREADS = 8;

	private final AtomicLong now = new AtomicLong(1_700_000_000_000L);

	private final RateLimitStore store = new MemoryRateLimitStore(1000, this.now::get);

	private final List<LeasingRateLimitStore> instances = List.of(instance(), instance());

	private LeasingRateLimitStore instance() {
		return new LeasingRateLimitStore(
				new Leasing(this.store, () -> this.now.get() * 1_000_000, (nanos) -> (task) -> {
				}, LeaseSize.DEFAULT));
	}

	@RepeatedTest(10)
	void everyPermitIsSpentOnce() throws Exception {
		Policy policy = policy(10_000);
		assertThat(inAllThreads((thread) -> {
			long allowed = 0;
			while (acquire(this.instances.get(thread % 2), policy).allowed()) {
				allowed++;
			}
			return allowed;
		})).isEqualTo(10_000);
	}

	@RepeatedTest(10)
	void everyPermitIsSpentOrGivenBackThoughCellsEndMeanwhile() throws Exception {
		Policy policy = policy(1_000_000_000);
		long spent = inAllThreads((thread) -> {
			LeasingRateLimitStore instance = this.instances.get(thread % 2);
			for (int i = 0; i < 5000; i++) {
				Decision decision = acquire(instance, policy);
				if (thread == 0 && i % 50 == 0) {
					this.now.addAndGet(5000);
				}
				if (i % 5 == 0) {
					instance.settle(decision, List.of(new Charge(policy, "hot", 0))).toCompletableFuture().get();
				}
			}
			return 4000L;
		});
		this.instances.forEach(LeasingRateLimitStore::close);
		Decision decision = this.store.acquire(List.of(new Charge(policy, "hot", 0))).toCompletableFuture().get();
		assertThat(1_000_000_000 - decision.states().get(0).remaining()).isEqualTo(spent);
	}

	private static Policy policy(long permits) {
		return new Policy("p", Algorithm.SLIDING_WINDOW, List.of(new Limit(permits, Duration.ofHours(1))), 1,
				Policy.Mode.ENFORCED, 100);
	}

	private static Decision acquire(RateLimitStore instance, Policy policy) throws Exception {
		return instance.acquire(List.of(new Charge(policy, "hot"))).toCompletableFuture().get();
	}

	private static long inAllThreads(Task task) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<Callable<Long>> calls = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				int thread = i;
				calls.add(() -> task.run(thread));
			}
			long sum = 0;
			for (Future<Long> result : threads.invokeAll(calls)) {
				sum += result.get();
			}
			return sum;
		}
		finally {
			threads.shutdownNow();
		}
	}

	private interface Task {

		long run(int thread) throws Exception;

	}

}
