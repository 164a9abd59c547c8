package io.github.ratelimit.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimitStore;

import static org.awaitility.Awaitility.await;

/**
 * Threads of several instances that make the same call all the time, and what they were
 * told.
 */
final class Load implements AutoCloseable {

	private final Charge charge;

	private final List<? extends RateLimitStore> instances;

	private final List<Thread> threads = new ArrayList<>();

	private final AtomicLong allowed = new AtomicLong();

	private final AtomicLong failed = new AtomicLong();

	private final AtomicLong longest = new AtomicLong();

	private volatile boolean over;

	/**
	 * Begins to call.
	 * @param charge what each call costs
	 * @param instances the stores of several instances
	 * @param threads how many threads each has
	 */
	Load(Charge charge, List<? extends RateLimitStore> instances, int threads) {
		this.charge = charge;
		this.instances = instances;
		for (RateLimitStore instance : instances) {
			for (int i = 0; i < threads; i++) {
				Thread thread = new Thread(() -> call(instance), "load");
				this.threads.add(thread);
				thread.start();
			}
		}
	}

	private void call(RateLimitStore instance) {
		while (!this.over) {
			long start = System.nanoTime();
			try {
				Decision decision = instance.acquire(List.of(this.charge)).toCompletableFuture().join();
				if (decision.allowed()) {
					this.allowed.incrementAndGet();
				}
			}
			catch (CompletionException ex) {
				this.failed.incrementAndGet();
			}
			long nanos = System.nanoTime() - start;
			this.longest.accumulateAndGet(nanos, Math::max);
			LockSupport.parkNanos(500_000);
		}
	}

	long allowed() {
		return this.allowed.get();
	}

	long failed() {
		return this.failed.get();
	}

	Duration longest() {
		return Duration.ofNanos(this.longest.get());
	}

	/** Forgets how long calls took until now. */
	void forgetLongest() {
		this.longest.set(0);
	}

	void awaitAllowed(long more) {
		long until = allowed() + more;
		await().atMost(Duration.ofSeconds(30)).until(() -> allowed() >= until);
	}

	/** Waits until every instance sees that nothing remains. */
	void awaitRejected() {
		for (RateLimitStore instance : this.instances) {
			await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> remaining(instance) == 0);
		}
	}

	private long remaining(RateLimitStore instance) {
		Charge free = new Charge(this.charge.policy(), this.charge.key(), 0);
		return instance.acquire(List.of(free)).toCompletableFuture().join().states().get(0).remaining();
	}

	/**
	 * Waits until every instance is answered again.
	 * @return how long that took
	 */
	Duration awaitRecovery() {
		long start = System.nanoTime();
		for (RateLimitStore instance : this.instances) {
			await().atMost(Duration.ofSeconds(60))
				.pollInterval(Duration.ofMillis(5))
				.ignoreExceptions()
				.until(() -> remaining(instance) >= 0);
		}
		return Duration.ofNanos(System.nanoTime() - start);
	}

	/** Ends all calls. */
	void end() {
		this.over = true;
		for (Thread thread : this.threads) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void close() {
		end();
	}

}
