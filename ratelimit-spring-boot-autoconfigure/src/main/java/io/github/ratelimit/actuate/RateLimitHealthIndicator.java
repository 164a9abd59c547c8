package io.github.ratelimit.actuate;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import io.github.ratelimit.RateLimitStore;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Asks the store for a decision that charges nothing. Where it cannot decide, fallbacks
 * do: that is unknown health rather than none, unless the application wants it otherwise.
 */
public final class RateLimitHealthIndicator extends AbstractHealthIndicator {

	private final RateLimitStore store;

	private final Status failing;

	private final Supplier<Map<String, Object>> details;

	/**
	 * Creates an indicator.
	 * @param store the store that decides
	 * @param failing the health while it cannot
	 * @param details what else is told; asked after the store
	 */
	public RateLimitHealthIndicator(RateLimitStore store, Status failing, Supplier<Map<String, Object>> details) {
		super("Rate limit health check failed");
		this.store = store;
		this.failing = failing;
		this.details = details;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws Exception {
		builder.withDetail("store", this.store.name());
		try {
			this.store.probe().toCompletableFuture().get();
			builder.up();
		}
		catch (ExecutionException ex) {
			builder.status(this.failing).withException(Objects.requireNonNullElse(ex.getCause(), ex));
		}
		builder.withDetails(this.details.get());
	}

}
