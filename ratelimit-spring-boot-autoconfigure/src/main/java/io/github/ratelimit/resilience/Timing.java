package io.github.ratelimit.resilience;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * What is known of time and chance.
 *
 * @param nanoTime a clock that never jumps
 * @param timer runs something after a number of nanoseconds, on no caller's thread
 * @param chance numbers from 0 to 1
 */
record Timing(LongSupplier nanoTime, LongFunction<Executor> timer, DoubleSupplier chance) {

	static final Timing REAL = new Timing(System::nanoTime,
			(nanos) -> CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS),
			() -> ThreadLocalRandom.current().nextDouble());

	long now() {
		return this.nanoTime.getAsLong();
	}

	void after(long nanos, Runnable task) {
		this.timer.apply(nanos).execute(task);
	}

	double random() {
		return this.chance.getAsDouble();
	}

}
