package io.github.ratelimit.actuate;

import io.github.ratelimit.RateLimitStore;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Asks the store for a decision that charges nothing.
 */
public final class RateLimitHealthIndicator extends AbstractHealthIndicator {

	private final RateLimitStore store;

	public RateLimitHealthIndicator(RateLimitStore store) {
		super("Rate limit health check failed");
		this.store = store;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws Exception {
		builder.withDetail("store", this.store.name());
		this.store.probe().toCompletableFuture().get();
		builder.up();
	}

}
