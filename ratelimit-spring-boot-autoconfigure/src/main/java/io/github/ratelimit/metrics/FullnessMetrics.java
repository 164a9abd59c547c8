package io.github.ratelimit.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;

/**
 * Shows in {@code ratelimit.fullness} how full the fullest limit of a policy is when the
 * store decides. In percent, since Micrometer's buckets count in whole numbers. To look
 * at the clock for it would cost more than to remember a rejection does, so what is not
 * asked of the store is not in it.
 */
final class FullnessMetrics {

	private static final double[] BUCKETS = { 50, 80, 90, 100 };

	private final MeterRegistry registry;

	private final Map<String, DistributionSummary> policies = new ConcurrentHashMap<>();

	FullnessMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	/** The states of one charge follow each other. */
	void record(Decision decision) {
		List<LimitState> states = decision.states();
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
		DistributionSummary known = this.policies.get(policy);
		return (known != null) ? known
				: this.policies.computeIfAbsent(policy,
						(name) -> DistributionSummary.builder("ratelimit.fullness")
							.description("Used percentage of the fullest limit when the store decides")
							.tag("policy", name)
							.serviceLevelObjectives(BUCKETS)
							.register(this.registry));
	}

}
