package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimitStoreException;

/**
 * Spares callers a store that fails: while the circuit is open, calls fail at once, and
 * the store is not asked.
 *
 * <p>
 * It opens with the first call that finds the store unavailable, or with the fifth other
 * failure in a row. Then a probe asks the store, on behalf of nobody: at once, and after
 * pauses of 1, 2, 4 … 30 seconds, each shortened by a random part so that instances do
 * not ask together. The first that succeeds closes the circuit. One that opens again
 * before it has been closed for 30 seconds goes on with the pauses where it was, so that
 * a store that only half works is left alone more and more.
 */
public final class Circuit implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Circuit.class);

	private static final int FAILURES = 5;

	private static final long FIRST_PAUSE = TimeUnit.SECONDS.toNanos(1);

	private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(30);

	/** The part of a pause by which chance shortens it at most. */
	private static final double JITTER = 0.25;

	/** Errors that do not open the circuit are not said more often. */
	private static final long QUIET = TimeUnit.MINUTES.toNanos(1);

	private final String store;

	private final Supplier<CompletionStage<Decision>> probe;

	private final Timing timing;

	private volatile State state;

	/** Written only by who has just opened the circuit, and by its probes. */
	private int pauses;

	private volatile long warned;

	private volatile boolean ended;

	/**
	 * Creates a circuit that is closed.
	 * @param store the kind of store
	 * @param probe asks the store for something that charges nothing
	 */
	public Circuit(String store, Supplier<CompletionStage<Decision>> probe) {
		this(store, probe, Timing.REAL);
	}

	Circuit(String store, Supplier<CompletionStage<Decision>> probe, Timing timing) {
		this.store = store;
		this.probe = probe;
		this.timing = timing;
		this.state = new Closed(timing.now());
		this.warned = timing.now() - QUIET;
	}

	/**
	 * Asks the store, unless the circuit is open.
	 * @param call asks it
	 * @return its answer; completed with a {@link RateLimitStoreException} if it is not
	 * asked
	 */
	public <T> CompletionStage<T> call(Supplier<CompletionStage<T>> call) {
		State current = this.state;
		if (current instanceof Open open) {
			return CompletableFuture.failedFuture(notAsked(open));
		}
		CompletableFuture<T> answer = answer(call).toCompletableFuture();
		answer.whenComplete((result, failure) -> learn((Closed) current, failure));
		return answer;
	}

	/**
	 * How the circuit stands.
	 * @return whether it is open, since when, and when the store is asked again
	 */
	public CircuitStatus status() {
		State current = this.state;
		Duration age = Duration.ofNanos(this.timing.now() - current.since());
		return (current instanceof Open open) ? new CircuitStatus(true, age, untilProbe(open))
				: new CircuitStatus(false, age, Duration.ZERO);
	}

	/**
	 * Ends the probes, and learns nothing from calls any more: the application is about
	 * to stop, and its connections with it.
	 */
	@Override
	public void close() {
		this.ended = true;
	}

	/** What was asked before the circuit opened last tells nothing about now. */
	private void learn(Closed asked, @Nullable Throwable failure) {
		if (failure == null) {
			asked.succeeded();
		}
		else if (this.state == asked && !this.ended) {
			Throwable cause = (failure instanceof CompletionException && failure.getCause() != null)
					? failure.getCause() : failure;
			if (asked.failed(cause)) {
				open(asked, cause);
			}
			else {
				warn(cause);
			}
		}
	}

	/**
	 * Writes to the log elsewhere: here others wait to be told that they are too late.
	 */
	private void open(Closed closed, Throwable cause) {
		Open opened = new Open(this.timing.now());
		if (replace(closed, opened)) {
			this.timing.after(0,
					() -> logger.warn("The rate limit store '" + this.store + "' has begun to fail", cause));
			if (opened.since() - closed.since() >= LONGEST_PAUSE) {
				this.pauses = 0;
			}
			probeAfterPause(opened);
		}
	}

	/** Only one of those that find the store failing at the same time opens it. */
	private synchronized boolean replace(Closed closed, Open opened) {
		if (this.state != closed) {
			return false;
		}
		this.state = opened;
		return true;
	}

	private void warn(Throwable cause) {
		long now = this.timing.now();
		if (now - this.warned >= QUIET) {
			this.warned = now;
			logger.warn("The rate limit store '" + this.store + "' could not decide a call", cause);
		}
	}

	private void probeAfterPause(Open opened) {
		long pause = pause(this.pauses++);
		opened.nextProbe = this.timing.now() + pause;
		this.timing.after(pause, () -> probe(opened));
	}

	/** The first probe does not wait. */
	private long pause(int number) {
		if (number == 0) {
			return 0;
		}
		long pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(number - 1, 5));
		return pause - (long) (JITTER * this.timing.random() * pause);
	}

	private void probe(Open opened) {
		if (!this.ended) {
			answer(this.probe).whenComplete((answer, failure) -> {
				if (failure != null) {
					probeAfterPause(opened);
				}
				else {
					this.state = new Closed(this.timing.now());
					logger.info("The rate limit store '" + this.store + "' answers again");
				}
			});
		}
	}

	/** A store that throws instead of failing is one that fails. */
	private static <T> CompletionStage<T> answer(Supplier<CompletionStage<T>> call) {
		try {
			return call.get();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private RateLimitStoreException notAsked(Open open) {
		return RateLimitStoreException.unavailable(
				"The store '" + this.store + "' does not answer and is not asked for the moment", null,
				untilProbe(open));
	}

	private Duration untilProbe(Open open) {
		return Duration.ofNanos(Math.max(0, open.nextProbe - this.timing.now()));
	}

	private sealed interface State permits Closed, Open {

		long since();

	}

	private static final class Closed implements State {

		private final long since;

		private final AtomicInteger failures = new AtomicInteger();

		Closed(long since) {
			this.since = since;
		}

		@Override
		public long since() {
			return this.since;
		}

		void succeeded() {
			if (this.failures.get() != 0) {
				this.failures.set(0);
			}
		}

		/** Whether this is one failure too many. */
		boolean failed(Throwable cause) {
			return (cause instanceof RateLimitStoreException typed && typed.unavailable())
					|| this.failures.incrementAndGet() >= FAILURES;
		}

	}

	private static final class Open implements State {

		private final long since;

		private volatile long nextProbe;

		Open(long since) {
			this.since = since;
			this.nextProbe = since;
		}

		@Override
		public long since() {
			return this.since;
		}

	}

}
