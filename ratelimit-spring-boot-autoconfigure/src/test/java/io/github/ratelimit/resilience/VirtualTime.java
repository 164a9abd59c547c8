package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/**
 * Time that passes when a test says so, and chance that is what a test says.
 */
final class VirtualTime {

	private long nanos = 1_700_000_000_000_000_000L;

	/** What chance says, from 0 to 1. */
	double chance;

	private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::due));

	Timing timing() {
		return new Timing(() -> this.nanos, this::timer, () -> this.chance);
	}

	void pass(Duration time) {
		long until = this.nanos + time.toNanos();
		while (!this.timers.isEmpty() && this.timers.peek().due() <= until) {
			Timer timer = this.timers.poll();
			this.nanos = timer.due();
			timer.task().run();
		}
		this.nanos = until;
	}

	/** How many tasks wait for their time. */
	int waiting() {
		return this.timers.size();
	}

	private Executor timer(long nanos) {
		return (task) -> this.timers.add(new Timer(this.nanos + nanos, task));
	}

	private record Timer(long due, Runnable task) {
	}

}
