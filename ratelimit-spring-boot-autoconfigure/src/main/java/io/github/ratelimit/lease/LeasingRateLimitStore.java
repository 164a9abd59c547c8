package io.github.ratelimit.lease;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Takes permits of busy keys ahead from another store, under policies that have a lease,
 * and spends them in this JVM.
 *
 * <p>
 * The idea: a sliding window counts by cells, so a permit that is spent in the cell in
 * which it was charged is counted as if it had been charged when it was spent. So leased
 * permits are spent until their cell ends, and what is left is given back to it: the
 * promise of the sliding window holds exactly. The price: for as long as a cell lasts,
 * and no longer than 10 seconds, another instance may reject a call while permits lie
 * here. No call is rejected because of what this instance holds: that is given back
 * first.
 *
 * <p>
 * Only calls that charge one policy are paid from a lease; others go to the store, as do
 * those that ask without charging. All are told what remains in the store and here.
 *
 * <p>
 * Cells are those of the store's clock, told by one that never jumps: a store's clock
 * that is set forward ends cells earlier than is known here. After a reset, other
 * instances spend what they have leased before. A trip that fails may have charged, as
 * that of a single call may: that comes back with its window.
 */
public final class LeasingRateLimitStore implements RateLimitStore, AutoCloseable {

	private static final long MAX_CLOSE_SECONDS = 1;

	private final RateLimitStore store;

	private final LeasedKeys keys;

	private final UnleasedCalls unleased;

	/**
	 * Creates a store.
	 * @param store the store that decides
	 */
	public LeasingRateLimitStore(RateLimitStore store) {
		this(new Leasing(store, System::nanoTime,
				(nanos) -> CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run),
				LeaseSize.DEFAULT));
	}

	LeasingRateLimitStore(Leasing leasing) {
		this.store = leasing.store();
		this.keys = new LeasedKeys(leasing);
		this.unleased = new UnleasedCalls(leasing.store(), this.keys);
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		LeasedKey key = (charges.size() == 1 && charges.get(0).cost() > 0) ? this.keys.find(charges.get(0)) : null;
		return (key != null) ? key.acquire(charges, this.unleased) : this.unleased.acquire(charges);
	}

	/**
	 * Corrects what an allowed decision charged. What a call did not cost is taken back
	 * into the lease of the same cell, if there is one; else the store gives it back.
	 */
	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return (actual.size() == 1 && takenBack(decision, actual.get(0).cost()))
				? CompletableFuture.completedFuture(null) : this.store.settle(decision, actual);
	}

	private boolean takenBack(Decision decision, long actual) {
		Charge charge = decision.states().get(0).charge();
		LeasedKey key = (actual < charge.cost()) ? this.keys.find(charge) : null;
		return key != null && key.takeBack(charge.cost() - actual, decision.time());
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		this.keys.reset(policy, key);
		return this.store.reset(policy, key);
	}

	@Override
	public CompletionStage<Decision> probe() {
		return this.store.probe();
	}

	/**
	 * Takes permits ahead again after it was closed.
	 */
	public void open() {
		this.keys.open();
	}

	/**
	 * Gives everything back and takes nothing ahead any more; calls go on to the store.
	 * What cannot be given back comes back with its window.
	 */
	@Override
	public void close() {
		this.keys.close().orTimeout(MAX_CLOSE_SECONDS, TimeUnit.SECONDS).handle((closed, failure) -> true).join();
	}

}
