package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;

/**
 * Waits for another store no longer than a given time.
 */
public final class DeadlineRateLimitStore implements RateLimitStore {

	private static final long CONNECT_SECONDS = 5;

	private final RateLimitStore store;

	private final Duration timeout;

	private final Deadlines deadlines;

	/**
	 * Creates a store.
	 * @param store the store that decides
	 * @param timeout how long it may take
	 */
	public DeadlineRateLimitStore(RateLimitStore store, Duration timeout) {
		this.store = store;
		this.timeout = timeout;
		this.deadlines = new Deadlines(timeout, this::late);
	}

	/**
	 * Asks the store once, so that the first caller does not wait until it has connected.
	 * That takes longer than a decision: here there is no deadline.
	 * @return an allowed decision; completed with a {@link RateLimitStoreException} if
	 * the store cannot decide
	 */
	public CompletionStage<Decision> warmUp() {
		return this.store.probe();
	}

	/**
	 * Asks the store whether it is back: it may take some seconds to connect, and then
	 * has to decide in time.
	 * @return an allowed decision; completed with a failure if the store is not back
	 */
	public CompletionStage<Decision> reconnect() {
		return warmUp().toCompletableFuture()
			.orTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
			.thenCompose((connected) -> probe());
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
	public CompletionStage<Decision> reserve(List<Charge> charges) {
		return within(this.store.reserve(charges));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return within(this.store.settle(decision, actual));
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return within(this.store.reset(policy, key));
	}

	@Override
	public CompletionStage<Decision> probe() {
		return within(this.store.probe());
	}

	private <T> CompletionStage<T> within(CompletionStage<T> stage) {
		CompletableFuture<T> answer = stage.toCompletableFuture();
		if (!answer.isDone()) {
			this.deadlines.add(answer);
		}
		return answer;
	}

	private RateLimitStoreException late() {
		return RateLimitStoreException.unavailable(
				"The store '" + name() + "' did not decide within " + this.timeout.toMillis() + " ms", null,
				Duration.ZERO);
	}

}
