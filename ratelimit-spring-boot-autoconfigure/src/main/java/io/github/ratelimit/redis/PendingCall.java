package io.github.ratelimit.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;

/**
 * A call that waits for its decision. Whoever completes it before Redis has decided has
 * given up: it is not sent any more.
 */
final class PendingCall extends CompletableFuture<Decision> {

	private final List<Charge> charges;

	private final int slot;

	/** The one before in a queue, or after among equal calls. */
	@Nullable PendingCall next;

	/** With which others it has been sent. */
	private volatile @Nullable Batch batch;

	PendingCall(List<Charge> charges, int slot) {
		this.charges = charges;
		this.slot = slot;
	}

	List<Charge> charges() {
		return this.charges;
	}

	/** The slot of a cluster that keeps what is charged, 0 elsewhere. */
	int slot() {
		return this.slot;
	}

	void sendWith(Batch others) {
		this.batch = others;
		if (isDone()) {
			others.giveUp();
		}
	}

	@Override
	public boolean completeExceptionally(Throwable failure) {
		boolean completed = super.completeExceptionally(failure);
		Batch others = this.batch;
		if (completed && others != null) {
			others.giveUp();
		}
		return completed;
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		Batch others = this.batch;
		if (cancelled && others != null) {
			others.giveUp();
		}
		return cancelled;
	}

}
