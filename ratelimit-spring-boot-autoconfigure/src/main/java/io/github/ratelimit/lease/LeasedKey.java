package io.github.ratelimit.lease;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;

/**
 * A busy key and its lease, of which calls spend without locks. When the cell ends, what
 * is left is given back; the key is forgotten if no other lease follows within a cell.
 */
final class LeasedKey {

	private final LeasedKeys keys;

	private final Leasing leasing;

	private final Caller caller;

	private final Policy policy;

	private final LeaseQueue queue;

	private volatile @Nullable Lease lease;

	/** The cell whose end a timer waits for. */
	private volatile @Nullable Cell watched;

	private volatile CompletableFuture<?> givingBack = CompletableFuture.completedFuture(null);

	private volatile long demand;

	private volatile long remaining;

	private volatile boolean failing;

	private volatile boolean retired;

	private volatile boolean reset;

	LeasedKey(LeasedKeys keys, Leasing leasing, Caller caller, Policy policy) {
		this.keys = keys;
		this.leasing = leasing;
		this.caller = caller;
		this.policy = policy;
		this.queue = new LeaseQueue(this, leasing);
		forgetIfQuiet();
	}

	boolean fits(Policy policy) {
		return this.policy == policy || this.policy.equals(policy);
	}

	CompletionStage<Decision> acquire(List<Charge> charges, UnleasedCalls unleased) {
		Decision decision = spend(charges.get(0), this.leasing.now());
		return (decision != null) ? CompletableFuture.completedFuture(decision)
				: this.queue.add(new Waiter(charges, unleased));
	}

	@Nullable Decision spend(Charge charge, long now) {
		Lease lease = this.lease;
		return (lease != null) ? lease.spend(charge, now) : null;
	}

	boolean takeBack(long permits, long time) {
		Lease lease = this.lease;
		return lease != null && lease.takeBack(permits, time, this.leasing.now());
	}

	/** Permits that may be spent here. */
	long held() {
		Lease lease = this.lease;
		return (lease != null) ? lease.left(this.leasing.now()) : 0;
	}

	Charge charge(long cost) {
		return new Charge(this.policy, this.caller.key(), cost);
	}

	/** Permits to take ahead, if calls wait that need so many. */
	long ahead(long due, long cost) {
		Lease lease = this.lease;
		long spent = (lease != null) ? lease.spent(this.leasing.now()) : 0;
		long ahead = this.leasing.size()
			.ahead(this.policy.lease(), Math.max(this.demand, spent), this.remaining - due, cost);
		return (this.retired || this.failing) ? 0 : ahead - held();
	}

	/** Learns from a decision that took nothing ahead. */
	void note(long demand, long remaining) {
		this.failing = false;
		this.remaining = remaining;
		if (held() == 0) {
			this.demand = Math.max(this.demand, demand);
		}
	}

	/** Takes nothing ahead until the store has answered again. */
	void fail() {
		this.failing = true;
	}

	/**
	 * Begins another lease, with what is left of one in the same cell.
	 * @param ahead permits that were charged for no call yet
	 */
	Lease open(Decision decision, long asked, long ahead) {
		long charged = decision.states().get(0).charge().cost();
		this.remaining = LeasedKeys.remaining(decision);
		Lease before = this.lease;
		Lease next = new Lease(decision, asked, charged, ahead);
		if (before != null && before.cell().equals(next.cell())) {
			long left = Math.max(0, before.close());
			next = new Lease(decision, asked, before.charged() + charged, ahead + left);
		}
		else if (before != null) {
			end(before);
		}
		this.lease = next;
		watch(next);
		return next;
	}

	private void watch(Lease lease) {
		if (this.retired) {
			end(lease);
		}
		else if (!lease.cell().equals(this.watched)) {
			this.watched = lease.cell();
			this.leasing.after(lease.expires() - this.leasing.now(), () -> expire(lease.cell()));
		}
	}

	private void expire(Cell cell) {
		this.watched = null;
		Lease current = this.lease;
		if (current != null && current.cell().equals(cell)) {
			if (!current.expired(this.leasing.now())) {
				watch(current);
				return;
			}
			end(current);
		}
		forgetIfQuiet();
	}

	/** Forgets the key in a cell's time, unless there is another lease by then. */
	private void forgetIfQuiet() {
		Lease current = this.lease;
		this.leasing.after(TimeUnit.MILLISECONDS.toNanos(Cell.length(this.policy)), () -> {
			if (this.queue.busy()) {
				forgetIfQuiet();
			}
			else if (this.lease == current) {
				this.keys.forget(this.caller, this);
			}
		});
	}

	/** Completes when what was left of a lease whose cell has ended is given back. */
	CompletableFuture<?> givingBack() {
		Lease lease = this.lease;
		if (lease != null && lease.expired(this.leasing.now())) {
			end(lease);
		}
		return this.givingBack;
	}

	/** Completes when what is left of the lease, which ends here, is given back. */
	CompletableFuture<?> giveBack() {
		Lease lease = this.lease;
		if (lease != null) {
			end(lease);
		}
		return this.givingBack;
	}

	/** Takes no other lease. */
	CompletableFuture<?> retire() {
		this.retired = true;
		return giveBack();
	}

	/**
	 * Takes no other lease, and gives nothing back, because the store has forgotten it.
	 */
	void reset() {
		this.reset = true;
		retire();
	}

	private void end(Lease lease) {
		long left = lease.close();
		if (left >= 0) {
			this.demand = lease.charged() - left;
		}
		if (left > 0 && !this.reset) {
			this.givingBack = CompletableFuture.completedFuture(lease.firstDecision(charge(left), 0))
				.thenCompose((unspent) -> this.leasing.store().settle(unspent, List.of(charge(0))));
		}
	}

}
