package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * How many instances of the application share the limits. Each of them says now and then
 * that it is alive; while that cannot be said, the last number holds.
 */
public final class Instances implements IntSupplier, AutoCloseable {

	/** How long an instance counts as alive after it has said so. */
	public static final Duration LIFETIME = Duration.ofSeconds(15);

	private static final long PAUSE = LIFETIME.dividedBy(3).toNanos();

	private final Timing timing;

	private volatile int count = 1;

	private volatile boolean ended;

	Instances(Timing timing) {
		this.timing = timing;
	}

	/**
	 * Knows a number that does not change.
	 * @param count how many there are, 1 or more
	 * @return the instances
	 */
	public static Instances fixed(int count) {
		Instances instances = new Instances(Timing.REAL);
		instances.count = count;
		return instances;
	}

	/**
	 * Counts those that are alive, from now on.
	 * @param alive says that this one is, and counts
	 * @param askable whether that can be said at the moment
	 * @return the instances
	 */
	public static Instances counted(Supplier<CompletionStage<Long>> alive, BooleanSupplier askable) {
		Instances instances = new Instances(Timing.REAL);
		instances.count(alive, askable);
		return instances;
	}

	@Override
	public int getAsInt() {
		return this.count;
	}

	/**
	 * Says nothing any more: the application is about to stop.
	 */
	@Override
	public void close() {
		this.ended = true;
	}

	void count(Supplier<CompletionStage<Long>> alive, BooleanSupplier askable) {
		if (!this.ended) {
			if (askable.getAsBoolean()) {
				alive.get().thenAccept((number) -> this.count = Math.max(1, number.intValue()));
			}
			this.timing.after(PAUSE, () -> count(alive, askable));
		}
	}

}
