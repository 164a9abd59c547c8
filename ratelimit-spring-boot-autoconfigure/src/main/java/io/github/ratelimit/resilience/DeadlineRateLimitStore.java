package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;

/**
 * Waits for another store no longer than a given time, and says once when that begins to
 * fail and once when it answers again.
 */
public final class DeadlineRateLimitStore implements RateLimitStore {

	private static final Log logger = LogFactory.getLog(DeadlineRateLimitStore.class);

	private final RateLimitStore store;

	private final Duration timeout;

	private final Deadlines deadlines;

	/** A store that fails now and then is not said to answer again each time. */
	private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final AtomicBoolean failing = new AtomicBoolean();

	private final LongSupplier nanoTime;

	private volatile long lastFailure;

	/**
	 * Creates a store.
	 * @param store the store that decides
	 * @param timeout how long it may take
	 */
	public DeadlineRateLimitStore(RateLimitStore store, Duration timeout) {
		this(store, timeout, System::nanoTime);
	}

	DeadlineRateLimitStore(RateLimitStore store, Duration timeout, LongSupplier nanoTime) {
		this.store = store;
		this.timeout = timeout;
		this.deadlines = new Deadlines(timeout, this::late);
		this.nanoTime = nanoTime;
	}

	/**
	 * Asks the store once, so that the first caller does not wait until it has connected.
	 * That takes longer than a decision: here there is no deadline, and nobody waits.
	 */
	public void warmUp() {
		this.store.probe().whenComplete((decision, failure) -> report(failure));
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return within(this.store.acquire(charges));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return within(this.store.settle(decision, actual));
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return within(this.store.reset(policy, key));
	}

	private <T> CompletionStage<T> within(CompletionStage<T> stage) {
		CompletableFuture<T> answer = stage.toCompletableFuture();
		if (!answer.isDone()) {
			this.deadlines.add(answer);
		}
		answer.whenComplete((result, failure) -> report(failure));
		return answer;
	}

	private RateLimitStoreException late() {
		return new RateLimitStoreException(
				"The store '" + name() + "' did not decide within " + this.timeout.toMillis() + " ms", null);
	}

	private void report(@Nullable Throwable failure) {
		if (failure != null) {
			this.lastFailure = this.nanoTime.getAsLong();
			if (this.failing.compareAndSet(false, true)) {
				logger.warn("The rate limit store '" + name() + "' has begun to fail",
						(failure instanceof CompletionException) ? failure.getCause() : failure);
			}
		}
		else if (this.failing.get() && this.nanoTime.getAsLong() - this.lastFailure > QUIET_NANOS
				&& this.failing.compareAndSet(true, false)) {
			logger.info("The rate limit store '" + name() + "' answers again");
		}
	}

}
