package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Does something again and again while the application runs, beginning before web servers
 * accept requests.
 */
final class Repetition implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(Repetition.class);

	/** Those of web servers are far above, and that of connections is 0. */
	private static final int PHASE = 1000;

	private final Supplier<? extends CompletionStage<?>> task;

	private final Duration pause;

	private final Duration patience;

	private volatile boolean running;

	/**
	 * Creates a repetition.
	 * @param task what is done
	 * @param pause the time between two of them
	 * @param patience how long the application waits for the first one
	 */
	Repetition(Supplier<? extends CompletionStage<?>> task, Duration pause, Duration patience) {
		this.task = task;
		this.pause = pause;
		this.patience = patience;
	}

	@Override
	public void start() {
		this.running = true;
		CompletableFuture<?> first = next();
		if (!this.patience.isZero()) {
			first.completeOnTimeout(null, this.patience.toMillis(), TimeUnit.MILLISECONDS).join();
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private CompletableFuture<Boolean> next() {
		return this.task.get().handle((done, failure) -> {
			if (failure != null) {
				logger.debug("What is done every " + this.pause + " has failed", failure);
			}
			if (this.running) {
				CompletableFuture.delayedExecutor(this.pause.toMillis(), TimeUnit.MILLISECONDS).execute(this::next);
			}
			return failure == null;
		}).toCompletableFuture();
	}

}
