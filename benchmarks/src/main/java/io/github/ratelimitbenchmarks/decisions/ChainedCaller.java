package io.github.ratelimitbenchmarks.decisions;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A caller that has no thread: it calls again where its answer arrives.
 */
final class ChainedCaller implements Runnable {

	private final Run run;

	private final Contender contender;

	private final SplittableRandom random;

	private final Tally tally;

	private long last;

	ChainedCaller(Run run, Contender contender, int number) {
		this.run = run;
		this.contender = contender;
		this.random = new SplittableRandom(number);
		this.tally = run.newTally();
	}

	@Override
	public void run() {
		this.run.awaitStart();
		this.last = System.nanoTime();
		callOn();
	}

	/** Answers that are there at once are taken in a loop, else the stack would end. */
	private void callOn() {
		while (!this.run.stopped()) {
			CompletableFuture<Boolean> answer = this.contender.tryAcquireAsync(this.run.anyKey(this.random))
				.toCompletableFuture();
			if (!answer.isDone()) {
				answer.whenComplete((allowed, failure) -> {
					take(allowed, failure);
					callOn();
				});
				return;
			}
			answer.whenComplete(this::take);
		}
		this.run.over(this.tally);
	}

	private void take(@Nullable Boolean allowed, @Nullable Throwable failure) {
		if (allowed != null) {
			this.tally.answer(allowed);
		}
		else {
			this.tally.failure();
		}
		long now = System.nanoTime();
		this.tally.time(now - this.last, 1);
		this.last = now;
	}

}
