package io.github.ratelimitbenchmarks.decisions;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Who calls, all at the same time, each again as soon as it has its answer.
 *
 * @param kind how they wait for it
 * @param count how many there are
 */
record Callers(Kind kind, int count) {

	private static final int VIRTUAL_THREADS_SINCE = 21;

	static Callers threads(int count) {
		return new Callers(Kind.PLATFORM_THREADS, count);
	}

	static Callers virtualThreads(int count) {
		return new Callers(Kind.VIRTUAL_THREADS, count);
	}

	static Callers withoutThreads(int count) {
		return new Callers(Kind.WITHOUT_THREADS, count);
	}

	boolean supported() {
		return this.kind != Kind.VIRTUAL_THREADS || Runtime.version().feature() >= VIRTUAL_THREADS_SINCE;
	}

	ExecutorService executor() {
		return switch (this.kind) {
			case PLATFORM_THREADS -> Executors.newFixedThreadPool(this.count);
			case WITHOUT_THREADS -> Executors.newSingleThreadExecutor();
			case VIRTUAL_THREADS -> virtualThreadPerTask();
		};
	}

	/** Compiled for a JDK that has none. */
	private static ExecutorService virtualThreadPerTask() {
		try {
			return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	Runnable caller(Run run, Contender contender, int number) {
		return (this.kind == Kind.WITHOUT_THREADS) ? new ChainedCaller(run, contender, number)
				: new BlockingCaller(run, contender, number);
	}

	@Override
	public String toString() {
		return switch (this.kind) {
			case PLATFORM_THREADS -> (this.count == 1) ? "1 thread" : this.count + " threads";
			case VIRTUAL_THREADS -> this.count + " virtual threads";
			case WITHOUT_THREADS -> this.count + " asynchronous calls under way";
		};
	}

	enum Kind {

		PLATFORM_THREADS, VIRTUAL_THREADS, WITHOUT_THREADS

	}

}
