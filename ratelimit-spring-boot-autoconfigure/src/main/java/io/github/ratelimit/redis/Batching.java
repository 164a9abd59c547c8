package io.github.ratelimit.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Lets calls leave at once as long as hardly any are under way, and those that come
 * meanwhile together, as soon as one trip is over. So the more there are, the fewer trips
 * each of them costs, and a single one waits for nothing.
 */
final class Batching {

	private static final int MAX_UNDER_WAY = 2;

	/** The call that came last, from which a chain leads to the one that came first. */
	private final AtomicReference<@Nullable PendingCall> last = new AtomicReference<>();

	private final AtomicInteger underWay = new AtomicInteger();

	private final Function<List<PendingCall>, CompletionStage<Void>> trip;

	/**
	 * Creates a queue.
	 * @param trip sends calls, of which there may be none; completes when others may
	 * follow
	 */
	Batching(Function<List<PendingCall>, CompletionStage<Void>> trip) {
		this.trip = trip;
	}

	void add(PendingCall call) {
		PendingCall before;
		do {
			before = this.last.get();
			call.next = before;
		}
		while (!this.last.compareAndSet(before, call));
		depart();
	}

	private void depart() {
		while (this.last.get() != null && begin()) {
			List<PendingCall> calls = inOrder(this.last.getAndSet(null));
			CompletableFuture.completedFuture(calls).thenCompose(this.trip).whenComplete((nothing, failure) -> {
				this.underWay.decrementAndGet();
				depart();
			});
		}
	}

	private boolean begin() {
		int now = this.underWay.get();
		while (now < MAX_UNDER_WAY) {
			if (this.underWay.compareAndSet(now, now + 1)) {
				return true;
			}
			now = this.underWay.get();
		}
		return false;
	}

	/** Leaves out those who have given up. */
	private static List<PendingCall> inOrder(@Nullable PendingCall last) {
		List<PendingCall> calls = new ArrayList<>();
		for (PendingCall call = last; call != null; call = call.next) {
			if (!call.isDone()) {
				calls.add(call);
			}
		}
		Collections.reverse(calls);
		return calls;
	}

}
