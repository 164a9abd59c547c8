package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Runs a task periodically while the application runs, for the first time before web
 * servers accept requests.
 */
final class PeriodicTask implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(PeriodicTask.class);

	/** Those of web servers are far above, and that of connections is 0. */
	private static final int PHASE = 1000;

	private final Supplier<? extends CompletionStage<?>> task;

	private final Duration pause;

	private final Duration patience;

	/**
	 * One for each start, so that what an earlier one has begun ends; null if stopped.
	 */
	private volatile @Nullable Object run;

	/**
	 * Creates a repetition.
	 * @param task what is done
	 * @param pause the time between two of them
	 * @param patience how long the application waits for the first one
	 */
	PeriodicTask(Supplier<? extends CompletionStage<?>> task, Duration pause, Duration patience) {
		this.task = task;
		this.pause = pause;
		this.patience = patience;
	}

	@Override
	public void start() {
		Object started = new Object();
		this.run = started;
		CompletableFuture<?> first = next(started);
		if (!this.patience.isZero()) {
			first.completeOnTimeout(null, this.patience.toMillis(), TimeUnit.MILLISECONDS).join();
		}
	}

	@Override
	public void stop() {
		this.run = null;
	}

	@Override
	public boolean isRunning() {
		return this.run != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private CompletableFuture<Boolean> next(Object started) {
		return done().handle((done, failure) -> {
			if (failure != null) {
				logger.debug("What is done every " + this.pause + " has failed", failure);
			}
			if (this.run == started) {
				CompletableFuture.delayedExecutor(this.pause.toMillis(), TimeUnit.MILLISECONDS)
					.execute(() -> next(started));
			}
			return failure == null;
		}).toCompletableFuture();
	}

	private CompletionStage<?> done() {
		try {
			return this.task.get();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

}
