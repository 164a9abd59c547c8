package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Fails answers that do not come in time: in place of a timer for each there is a queue,
 * and now and then a look at what has been asked for since the last one.
 */
final class Deadlines {

	private static final long MIN_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long MAX_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	private final Queue<Due> queue = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean watched = new AtomicBoolean();

	private final long timeout;

	private final Supplier<? extends Exception> failure;

	private final Executor later;

	/**
	 * Creates deadlines.
	 * @param timeout how long an answer may take; one that is late fails within another
	 * tenth of it, and 10 ms at most
	 * @param failure makes that with which it fails
	 */
	Deadlines(Duration timeout, Supplier<? extends Exception> failure) {
		this.timeout = timeout.toNanos();
		this.failure = failure;
		this.later = CompletableFuture.delayedExecutor(Math.min(MAX_PAUSE, Math.max(MIN_PAUSE, this.timeout / 10)),
				TimeUnit.NANOSECONDS, Runnable::run);
	}

	void add(CompletableFuture<?> answer) {
		this.queue.add(new Due(answer, System.nanoTime() + this.timeout));
		watch();
	}

	private void watch() {
		if (!this.watched.get() && this.watched.compareAndSet(false, true)) {
			this.later.execute(this::look);
		}
	}

	/** One that hangs keeps no later ones in mind that have their answer. */
	private void look() {
		long now = System.nanoTime();
		for (Iterator<Due> all = this.queue.iterator(); all.hasNext();) {
			Due due = all.next();
			if (due.over(now)) {
				all.remove();
				due.fail(this.failure);
			}
		}
		this.watched.set(false);
		if (!this.queue.isEmpty()) {
			watch();
		}
	}

	/** How many answers are in mind. */
	int size() {
		return this.queue.size();
	}

	private record Due(CompletableFuture<?> answer, long time) {

		boolean over(long now) {
			return this.answer.isDone() || now - this.time >= 0;
		}

		void fail(Supplier<? extends Exception> failure) {
			if (!this.answer.isDone()) {
				this.answer.completeExceptionally(failure.get());
			}
		}

	}

}
