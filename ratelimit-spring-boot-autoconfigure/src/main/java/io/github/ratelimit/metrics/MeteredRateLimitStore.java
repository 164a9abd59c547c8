package io.github.ratelimit.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Times another store's decisions in {@code ratelimit.store}, and shows in
 * {@code ratelimit.fullness} how full the fullest limit of a policy is: in percent, since
 * Micrometer's buckets count in whole numbers. What the store is not asked for is not in
 * it.
 */
public final class MeteredRateLimitStore implements RateLimitStore {

	private static final double[] BUCKETS = { 50, 80, 90, 100 };

	private final RateLimitStore store;

	private final MeterRegistry registry;

	private final Map<String, DistributionSummary> fullness = new ConcurrentHashMap<>();

	private final Timer allowed;

	private final Timer rejected;

	private final Timer error;

	public MeteredRateLimitStore(RateLimitStore store, MeterRegistry registry) {
		this.store = store;
		this.registry = registry;
		this.allowed = timer(registry, "allowed");
		this.rejected = timer(registry, "rejected");
		this.error = timer(registry, "error");
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return timed(Timer.start(), this.store.acquire(charges));
	}

	@Override
	public CompletionStage<Decision> reserve(List<Charge> charges) {
		return timed(Timer.start(), this.store.reserve(charges));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return this.store.settle(decision, actual);
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return this.store.reset(policy, key);
	}

	@Override
	public CompletionStage<Decision> probe() {
		return this.store.probe();
	}

	private CompletionStage<Decision> timed(Timer.Sample sample, CompletionStage<Decision> answer) {
		return answer.whenComplete((decision, failure) -> {
			Timer passed = (decision != null && decision.allowed()) ? this.allowed : this.rejected;
			sample.stop((failure == null) ? passed : this.error);
			if (decision != null) {
				recordFullness(decision.states());
			}
		});
	}

	/** The states of one charge follow each other. */
	private void recordFullness(List<LimitState> states) {
		int next = 0;
		while (next < states.size()) {
			Policy policy = states.get(next).charge().policy();
			int end = Math.min(states.size(), next + policy.limits().size());
			double fullest = 0;
			while (next < end) {
				fullest = Math.max(fullest, fullness(states.get(next++)));
			}
			summary(policy.name()).record(fullest);
		}
	}

	private static double fullness(LimitState state) {
		long permits = state.limit().burst();
		return 100.0 * (permits - state.remaining()) / permits;
	}

	private DistributionSummary summary(String policy) {
		DistributionSummary known = this.fullness.get(policy);
		return (known != null) ? known
				: this.fullness.computeIfAbsent(policy,
						(name) -> DistributionSummary.builder("ratelimit.fullness")
							.description("Used percentage of the fullest limit when the store decides")
							.tag("policy", name)
							.serviceLevelObjectives(BUCKETS)
							.register(this.registry));
	}

	private Timer timer(MeterRegistry registry, String outcome) {
		return Timer.builder("ratelimit.store")
			.description("Time that the store takes for a decision")
			.tag("store", this.store.name())
			.tag("outcome", outcome)
			.register(registry);
	}

}
