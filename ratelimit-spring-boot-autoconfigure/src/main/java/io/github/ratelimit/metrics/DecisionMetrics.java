package io.github.ratelimit.metrics;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.RateLimitListener;

/**
 * Counts decisions per policy in {@code ratelimit.decisions}. A policy has allowed a call
 * that passed, and rejected one for which it had no room; a call that another policy
 * rejected is not counted.
 */
public final class DecisionMetrics implements RateLimitListener {

	private final MeterRegistry registry;

	private final Map<String, Counter> allowed = new ConcurrentHashMap<>();

	private final Map<String, Counter> rejected = new ConcurrentHashMap<>();

	public DecisionMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void onDecision(Decision decision) {
		Set<String> counted = new HashSet<>(4);
		for (LimitState state : decision.states()) {
			String policy = state.charge().policy().name();
			if ((decision.allowed() || state.exhausted()) && counted.add(policy)) {
				counter(policy, decision.allowed()).increment();
			}
		}
	}

	private Counter counter(String policy, boolean passed) {
		return (passed ? this.allowed : this.rejected).computeIfAbsent(policy,
				(name) -> Counter.builder("ratelimit.decisions")
					.description("Calls that a policy has allowed or rejected")
					.tag("policy", name)
					.tag("outcome", passed ? "allowed" : "rejected")
					.register(this.registry));
	}

}
