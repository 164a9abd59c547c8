package io.github.ratelimit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A result that the store completes asynchronously, on a thread of the store, which
 * nothing else may hold up.
 */
public final class AsyncResult {

	private AsyncResult() {
	}

	/**
	 * Leaves what follows an answer that is not there yet to an executor, also if it is a
	 * failure: {@code thenApplyAsync} would pass that on at once.
	 * @param <T> the type of the answer
	 * @param answer the answer
	 * @param executor the executor; asked if it is needed
	 * @return the same answer
	 */
	public static <T> CompletableFuture<T> resume(CompletionStage<T> answer, Supplier<? extends Executor> executor) {
		CompletableFuture<T> future = answer.toCompletableFuture();
		return future.isDone() ? future : future.whenCompleteAsync((done, failure) -> {
		}, executor.get());
	}

}
