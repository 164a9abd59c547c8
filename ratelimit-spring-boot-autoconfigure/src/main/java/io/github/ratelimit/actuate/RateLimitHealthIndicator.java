package io.github.ratelimit.actuate;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Asks the store for a decision that charges nothing.
 */
public final class RateLimitHealthIndicator extends AbstractHealthIndicator {

	private static final List<Charge> NOTHING = List
		.of(new Charge(new Policy("health", Algorithm.FIXED_WINDOW, new Limit(1, Duration.ofSeconds(1))), "health", 0));

	private final RateLimitStore store;

	public RateLimitHealthIndicator(RateLimitStore store) {
		super("Rate limit health check failed");
		this.store = store;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws Exception {
		builder.withDetail("store", this.store.name());
		this.store.acquire(NOTHING).toCompletableFuture().get();
		builder.up();
	}

}
