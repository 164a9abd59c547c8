package io.github.ratelimit.lease;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;

/**
 * A call that found too little in the lease of its key.
 */
final class Waiter extends CompletableFuture<Decision> {

	private final List<Charge> charges;

	private final UnleasedCalls unleased;

	private @Nullable Decision decision;

	private @Nullable Throwable failure;

	Waiter(List<Charge> charges, UnleasedCalls unleased) {
		this.unleased = unleased;
		this.charges = charges;
	}

	Charge charge() {
		return this.charges.get(0);
	}

	/** Notes the answer, of which nobody is told yet; null leaves it open. */
	boolean decide(@Nullable Decision decision) {
		this.decision = decision;
		return decision != null;
	}

	void fail(Throwable failure) {
		this.failure = failure;
	}

	/** Tells of the answer, or asks for one that is the call's own. */
	void tell() {
		if (this.decision != null) {
			complete(this.decision);
		}
		else if (this.failure != null) {
			completeExceptionally(this.failure);
		}
		else {
			CompletableFuture.completedFuture(this.charges)
				.thenCompose(this.unleased::acquire)
				.whenComplete((decision, failure) -> {
					if (failure != null) {
						completeExceptionally(failure);
					}
					else {
						complete(decision);
					}
				});
		}
	}

}
