package io.github.ratelimit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link AsyncResult}.
 */
class AsyncResultTests {

	@Test
	void whatFollowsALateDecisionIsNotLeftToTheThreadOfTheStore() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor((task) -> new Thread(task, "caller"));
		try {
			CompletableFuture<String> decision = new CompletableFuture<>();
			CompletableFuture<String> thread = AsyncResult.resume(decision, () -> executor)
				.thenApply((decided) -> Thread.currentThread().getName());
			new Thread(() -> decision.complete("allowed"), "store").start();
			assertThat(thread.get()).isEqualTo("caller");
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void failureIsNotLeftToTheThreadOfTheStoreEither() {
		List<Runnable> tasks = new ArrayList<>();
		CompletableFuture<String> decision = new CompletableFuture<>();
		CompletableFuture<?> resumed = AsyncResult.resume(decision, () -> tasks::add);
		decision.completeExceptionally(new IllegalStateException());
		assertThat(resumed).isNotDone();
		tasks.forEach(Runnable::run);
		assertThat(resumed).isCompletedExceptionally();
	}

	@Test
	void decisionThatIsThereIsNotWaitedFor() {
		CompletableFuture<String> decision = CompletableFuture.completedFuture("allowed");
		assertThat(AsyncResult.resume(decision, () -> {
			throw new IllegalStateException();
		})).isSameAs(decision);
	}

}
