package io.github.ratelimitbenchmarks.decisions;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import io.github.ratelimitbenchmarks.OwnRedis;

/**
 * A limiter that is measured.
 */
interface Contender extends AutoCloseable {

	/** Decides one call, and waits for that. */
	boolean tryAcquire(String key) throws ExecutionException, InterruptedException;

	/** Decides one call without waiting, if the limiter can. */
	default CompletionStage<Boolean> tryAcquireAsync(String key) {
		return CompletableFuture.failedStage(new UnsupportedOperationException());
	}

	@Override
	default void close() {
	}

	/**
	 * What makes a contender ready for its traffic.
	 */
	interface Factory {

		Contender start(OwnRedis redis, Traffic traffic);

	}

}
