package io.github.ratelimit.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;

/**
 * Calls of a busy key that found too little in its lease. They wait behind the one trip
 * to the store that may be under way; the next one charges for all of them, and takes
 * another lease. Where that is not worth it, or has no room, each asks for itself.
 */
final class LeaseQueue {

	private final LeasedKey key;

	private final Leasing leasing;

	private final Queue<Waiter> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean serving = new AtomicBoolean();

	LeaseQueue(LeasedKey key, Leasing leasing) {
		this.key = key;
		this.leasing = leasing;
	}

	boolean busy() {
		return this.serving.get() || !this.waiting.isEmpty();
	}

	CompletionStage<Decision> add(Waiter waiter) {
		this.waiting.add(waiter);
		serve();
		return waiter;
	}

	/** Calls are told of their answers when the next ones are served. */
	private void serve() {
		while (!this.waiting.isEmpty() && this.serving.compareAndSet(false, true)) {
			List<Waiter> due = waiting();
			CompletableFuture<List<Waiter>> served = serve(due);
			if (!served.isDone()) {
				served.whenComplete((waiters, failure) -> {
					this.serving.set(false);
					serve();
					due.forEach(Waiter::tell);
				});
				return;
			}
			this.serving.set(false);
			due.forEach(Waiter::tell);
		}
	}

	private List<Waiter> waiting() {
		List<Waiter> waiters = new ArrayList<>();
		for (Waiter waiter = this.waiting.poll(); waiter != null; waiter = this.waiting.poll()) {
			waiters.add(waiter);
		}
		return waiters;
	}

	private CompletableFuture<List<Waiter>> serve(List<Waiter> due) {
		this.key.givingBack();
		long now = this.leasing.now();
		List<Waiter> unserved = new ArrayList<>(due.size());
		long cost = 0;
		for (Waiter waiter : due) {
			if (!waiter.decide(this.key.spend(waiter.charge(), now))) {
				unserved.add(waiter);
				cost = Math.min(cost + waiter.charge().cost(), Limit.MAX_PERMITS + 1);
			}
		}
		long ahead = unserved.isEmpty() ? 0 : this.key.ahead(cost, unserved.get(0).charge().cost());
		return (ahead > 0) ? ask(due, unserved, this.key.charge(cost + ahead), ahead)
				: CompletableFuture.completedFuture(due);
	}

	private CompletableFuture<List<Waiter>> ask(List<Waiter> due, List<Waiter> unserved, Charge charge, long ahead) {
		long asked = this.leasing.now();
		return CompletableFuture.completedFuture(List.of(charge))
			.thenCompose(this.leasing.store()::acquire)
			.handle((decision, failure) -> {
				if (failure != null) {
					fail(due, failure);
				}
				else if (decision.allowed()) {
					decide(unserved, this.key.open(decision, asked, ahead), charge.cost() - ahead);
				}
				return due;
			});
	}

	/** Whoever waits for a store that fails learns it at once. */
	private void fail(List<Waiter> due, Throwable failure) {
		this.key.fail();
		due.addAll(waiting());
		due.forEach((waiter) -> waiter.fail(failure));
	}

	/** As if the calls had come one by one, and nothing had been taken ahead. */
	private static void decide(List<Waiter> unserved, Lease lease, long cost) {
		long left = lease.first() + cost;
		for (Waiter waiter : unserved) {
			left -= waiter.charge().cost();
			waiter.decide(lease.firstDecision(waiter.charge(), left));
		}
	}

}
