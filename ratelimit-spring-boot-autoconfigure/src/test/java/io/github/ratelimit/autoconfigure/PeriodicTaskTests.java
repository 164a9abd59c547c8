package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PeriodicTask}.
 */
class PeriodicTaskTests {

	private final CountDownLatch calls = new CountDownLatch(3);

	@Test
	void whatFailsIsDoneAgain() throws Exception {
		assertThat(isRepeated(() -> CompletableFuture.failedFuture(new IllegalStateException()))).isTrue();
	}

	@Test
	void whatThrowsIsDoneAgainAndStopsNoStart() throws Exception {
		assertThat(isRepeated(() -> {
			throw new IllegalStateException();
		})).isTrue();
	}

	@Test
	void whatAnEarlierStartHasBegunEndsWithIt() throws Exception {
		List<CompletableFuture<?>> begun = new CopyOnWriteArrayList<>();
		PeriodicTask repetition = new PeriodicTask(() -> {
			begun.add(new CompletableFuture<>());
			return begun.get(begun.size() - 1);
		}, Duration.ofMillis(1), Duration.ZERO);
		repetition.start();
		repetition.stop();
		repetition.start();
		begun.get(0).complete(null);
		CompletableFuture.runAsync(() -> {
		}, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)).get();
		repetition.stop();
		assertThat(begun).hasSize(2);
	}

	private boolean isRepeated(Supplier<CompletionStage<?>> task) throws InterruptedException {
		PeriodicTask repetition = new PeriodicTask(() -> {
			this.calls.countDown();
			return task.get();
		}, Duration.ofMillis(1), Duration.ofSeconds(1));
		repetition.start();
		assertThat(repetition.isRunning()).isTrue();
		try {
			return this.calls.await(10, TimeUnit.SECONDS);
		}
		finally {
			repetition.stop();
			assertThat(repetition.isRunning()).isFalse();
		}
	}

}
