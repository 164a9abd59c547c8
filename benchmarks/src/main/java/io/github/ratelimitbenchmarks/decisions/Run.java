package io.github.ratelimitbenchmarks.decisions;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One contender under load for a while. Callers begin together, and stay until it is
 * measured what they used.
 */
final class Run {

	private final Case which;

	private final Meter meter;

	private final CountDownLatch start = new CountDownLatch(1);

	private final CountDownLatch over;

	private final CountDownLatch measured = new CountDownLatch(1);

	private final Tally total;

	private volatile boolean stopped;

	Run(Case which, Meter meter) {
		this.which = which;
		this.meter = meter;
		this.over = new CountDownLatch(which.callers().count());
		this.total = newTally();
	}

	Round of(Contender contender, Duration duration) throws InterruptedException {
		Callers callers = this.which.callers();
		ExecutorService executor = callers.executor();
		for (int number = 0; number < callers.count(); number++) {
			executor.execute(callers.caller(this, contender, number));
		}
		System.gc();
		Usage before = this.meter.read();
		long from = System.nanoTime();
		this.start.countDown();
		TimeUnit.NANOSECONDS.sleep(duration.toNanos());
		this.stopped = true;
		this.over.await();
		long nanos = System.nanoTime() - from;
		Usage used = this.meter.read().since(before);
		this.measured.countDown();
		executor.shutdown();
		synchronized (this.total) {
			return new Round(this.total, nanos, callers.count(), used);
		}
	}

	Tally newTally() {
		return new Tally(this.which.traffic().expected());
	}

	int callsPerLook() {
		return this.which.callsPerLook();
	}

	String anyKey(SplittableRandom random) {
		return this.which.traffic().keys().get(random.nextInt(this.which.traffic().keys().size()));
	}

	void awaitStart() {
		await(this.start);
	}

	boolean stopped() {
		return this.stopped;
	}

	/** What a thread has allocated is known only while it lives. */
	void over(Tally tally) {
		synchronized (this.total) {
			this.total.add(tally);
		}
		this.over.countDown();
		if (this.which.callers().kind() != Callers.Kind.WITHOUT_THREADS) {
			await(this.measured);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the others", ex);
		}
	}

}
