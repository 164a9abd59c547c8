package io.github.ratelimit.metrics;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Notes another store's decisions at what the calling thread is observed by, such as a
 * request: {@code ratelimit.outcome}, and in {@code ratelimit.policy} the policies that
 * have rejected the call, or all that were charged. Both are of high cardinality, so they
 * are in traces and never in metrics. Of several decisions, the rejection stays.
 */
public final class ObservedRateLimitStore implements RateLimitStore {

	private static final String OUTCOME = "ratelimit.outcome";

	private static final String POLICY = "ratelimit.policy";

	private static final String SEPARATOR = ",";

	private final RateLimitStore store;

	private final ObservationRegistry registry;

	public ObservedRateLimitStore(RateLimitStore store, ObservationRegistry registry) {
		this.store = store;
		this.registry = registry;
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return observed(this.registry.getCurrentObservation(), this.store.acquire(charges));
	}

	@Override
	public CompletionStage<Decision> reserve(List<Charge> charges) {
		return observed(this.registry.getCurrentObservation(), this.store.reserve(charges));
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

	private static CompletionStage<Decision> observed(@Nullable Observation observation,
			CompletionStage<Decision> answer) {
		return (observation == null || observation.isNoop()) ? answer : answer.thenApply((decision) -> {
			note(decision, observation);
			return decision;
		});
	}

	private static void note(Decision decision, Observation observation) {
		KeyValue outcome = observation.getContextView().getHighCardinalityKeyValue(OUTCOME);
		KeyValue policies = observation.getContextView().getHighCardinalityKeyValue(POLICY);
		if (!decision.allowed()) {
			note("rejected", names(decision.exhausted()), observation);
		}
		else if (outcome == null || policies == null) {
			note("allowed", names(decision.states()), observation);
		}
		else if (outcome.getValue().equals("allowed")) {
			Set<String> all = new LinkedHashSet<>(Arrays.asList(policies.getValue().split(SEPARATOR)));
			all.addAll(names(decision.states()));
			note("allowed", all, observation);
		}
	}

	private static void note(String outcome, Set<String> policies, Observation observation) {
		observation.highCardinalityKeyValue(OUTCOME, outcome);
		observation.highCardinalityKeyValue(POLICY, String.join(SEPARATOR, policies));
	}

	private static Set<String> names(List<LimitState> states) {
		Set<String> names = new LinkedHashSet<>();
		states.forEach((state) -> names.add(state.charge().policy().name()));
		return names;
	}

}
