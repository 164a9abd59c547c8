package io.github.ratelimit.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.redis.MovableClock;

/**
 * Time that passes when a test says so, for a store, which knows its milliseconds, and
 * for instances with timers, which know its nanoseconds.
 */
final class VirtualTime {

	private final MovableClock clock = new MovableClock();

	private final Instant origin = this.clock.instant();

	private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::due));

	MovableClock clock() {
		return this.clock;
	}

	long millis() {
		return this.clock.millis();
	}

	long nanos() {
		return Duration.between(this.origin, this.clock.instant()).toNanos();
	}

	/** Passes time without looking at timers, as when something takes long. */
	void take(Duration time) {
		this.clock.advance(time);
	}

	void pass(Duration time) {
		long until = nanos() + time.toNanos();
		while (!this.timers.isEmpty() && this.timers.peek().due() <= until) {
			Timer timer = this.timers.poll();
			take(Duration.ofNanos(Math.max(0, timer.due() - nanos())));
			timer.task().run();
		}
		take(Duration.ofNanos(Math.max(0, until - nanos())));
	}

	/** Passes the time until a millisecond begins on the store's clock. */
	void passUntil(long millis) {
		pass(Duration.between(this.clock.instant(), Instant.ofEpochMilli(millis)));
	}

	LeasingRateLimitStore instance(RateLimitStore store, LeaseSize size) {
		return new LeasingRateLimitStore(new Leasing(store, this::nanos, this::timer, size));
	}

	private Executor timer(long nanos) {
		return (task) -> this.timers.add(new Timer(nanos() + nanos, task));
	}

	private record Timer(long due, Runnable task) {
	}

}
