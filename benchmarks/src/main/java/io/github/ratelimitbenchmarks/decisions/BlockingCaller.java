package io.github.ratelimitbenchmarks.decisions;

import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;

/**
 * A caller that waits for its answer on a thread of its own.
 */
final class BlockingCaller implements Runnable {

	private final Run run;

	private final Contender contender;

	private final SplittableRandom random;

	private final Tally tally;

	BlockingCaller(Run run, Contender contender, int number) {
		this.run = run;
		this.contender = contender;
		this.random = new SplittableRandom(number);
		this.tally = run.newTally();
	}

	@Override
	public void run() {
		this.run.awaitStart();
		int calls = this.run.callsPerLook();
		long last = System.nanoTime();
		while (!this.run.stopped()) {
			for (int i = 0; i < calls; i++) {
				call();
			}
			long now = System.nanoTime();
			this.tally.time(now - last, calls);
			last = now;
		}
		this.run.over(this.tally);
	}

	private void call() {
		try {
			this.tally.answer(this.contender.tryAcquire(this.run.anyKey(this.random)));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.tally.failure();
		}
		catch (ExecutionException | RuntimeException ex) {
			this.tally.failure();
		}
	}

}
