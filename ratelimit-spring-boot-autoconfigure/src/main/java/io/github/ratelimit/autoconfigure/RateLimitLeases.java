package io.github.ratelimit.autoconfigure;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.lease.LeasingRateLimitStore;

import org.springframework.context.SmartLifecycle;

/**
 * Puts leases before the store if a policy has any, and gives them back when the
 * application stops: after its last request, and before its connections to Redis.
 */
final class RateLimitLeases implements RateLimitStoreDecorator, SmartLifecycle {

	/** Those of web servers are far above, and that of connections is 0. */
	private static final int PHASE = 1000;

	private final boolean wanted;

	private volatile @Nullable LeasingRateLimitStore store;

	private volatile boolean running;

	/**
	 * Creates what puts leases before the store.
	 * @param properties what policies say of leases
	 * @param reloadable whether they may say something else later
	 */
	RateLimitLeases(RateLimitProperties properties, boolean reloadable) {
		this.wanted = reloadable || properties.policies()
			.values()
			.stream()
			.anyMatch((policy) -> policy.enabled() && policy.lease() != 0);
	}

	@Override
	public RateLimitStore apply(RateLimitStore store) {
		if (!this.wanted) {
			return store;
		}
		LeasingRateLimitStore leasing = new LeasingRateLimitStore(store);
		this.store = leasing;
		return leasing;
	}

	@Override
	public void start() {
		this.running = true;
		LeasingRateLimitStore leasing = this.store;
		if (leasing != null) {
			leasing.open();
		}
	}

	@Override
	public void stop() {
		this.running = false;
		LeasingRateLimitStore leasing = this.store;
		if (leasing != null) {
			leasing.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
