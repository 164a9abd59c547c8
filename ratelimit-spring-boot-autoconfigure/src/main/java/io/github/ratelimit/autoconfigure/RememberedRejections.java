package io.github.ratelimit.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.resilience.RememberingRateLimitStore;

/**
 * Puts the memory of rejections before the store, and tells how often it has answered.
 */
final class RememberedRejections implements RateLimitStoreDecorator {

	private final Duration longest;

	private volatile @Nullable RememberingRateLimitStore store;

	RememberedRejections(Duration longest) {
		this.longest = longest;
	}

	@Override
	public RateLimitStore apply(RateLimitStore store) {
		if (this.longest.isZero()) {
			return store;
		}
		RememberingRateLimitStore remembering = new RememberingRateLimitStore(store, this.longest);
		this.store = remembering;
		return remembering;
	}

	/** How many calls were rejected without asking the store. */
	long count() {
		RememberingRateLimitStore remembering = this.store;
		return (remembering != null) ? remembering.answered() : 0;
	}

}
