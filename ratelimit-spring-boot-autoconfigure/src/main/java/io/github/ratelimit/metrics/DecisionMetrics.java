package io.github.ratelimit.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.MeterRegistry;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Decision.Source;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitListener;

/**
 * Counts per policy what is decided, spent and given back. A policy has allowed a call
 * that passed, and rejected one for which it had no room; a call that another policy
 * rejected is not counted. A policy that is not enforced has rejected a call that passed
 * without its permits. A ban is counted by the call that led to it.
 */
public final class DecisionMetrics implements RateLimitListener {

	private final MeterRegistry registry;

	private final Map<String, PolicyMeters> policies = new ConcurrentHashMap<>();

	public DecisionMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	/** The states of one charge follow each other. */
	@Override
	public void onDecision(Decision decision) {
		List<LimitState> states = decision.states();
		int from = 0;
		while (from < states.size()) {
			int to = Math.min(states.size(), from + states.get(from).charge().policy().limits().size());
			count(decision, from, to);
			from = to;
		}
	}

	private void count(Decision decision, int from, int to) {
		Charge charge = decision.states().get(from).charge();
		PolicyMeters meters = meters(charge.policy());
		boolean enforced = charge.policy().enforced();
		boolean exhausted = exhausted(decision, from, to);
		if (decision.allowed() && !exhausted && decision.source() != Source.NONE) {
			meters.spent(charge.cost());
		}
		if ((decision.allowed() || (exhausted && enforced)) && !countedBefore(charge.policy(), decision, from)) {
			meters.decided(!exhausted, decision.source(), enforced);
		}
		if (charge.policy().bans()) {
			meters.banned(decision.states().get(from).newlyBanned());
		}
	}

	private static boolean exhausted(Decision decision, int from, int to) {
		for (int i = from; i < to; i++) {
			if (decision.states().get(i).exhausted()) {
				return true;
			}
		}
		return false;
	}

	/** A policy may be charged for several keys. */
	private static boolean countedBefore(Policy policy, Decision decision, int from) {
		for (int i = 0; i < from; i++) {
			LimitState state = decision.states().get(i);
			if ((decision.allowed() || state.exhausted()) && state.charge().policy().name().equals(policy.name())) {
				return true;
			}
		}
		return false;
	}

	@Override
	public void onExemption(Policy policy) {
		meters(policy).exempted(policy.enforced());
	}

	@Override
	public void onSettlement(Decision decision, List<Charge> actual) {
		List<Charge> charges = decision.charges();
		for (int i = 0; i < charges.size(); i++) {
			Charge charge = charges.get(i);
			long extra = spent(charge, decision) ? actual.get(i).cost() - charge.cost() : 0;
			meters(charge.policy()).settled(extra);
		}
	}

	@Override
	public void onCancellation(Decision decision) {
		for (Charge charge : decision.charges()) {
			meters(charge.policy()).cancelled(spent(charge, decision) ? charge.cost() : 0);
		}
	}

	private static boolean spent(Charge charge, Decision decision) {
		return decision.source() != Source.NONE && decision.charged(charge);
	}

	private PolicyMeters meters(Policy policy) {
		PolicyMeters known = this.policies.get(policy.name());
		return (known != null) ? known
				: this.policies.computeIfAbsent(policy.name(), (name) -> new PolicyMeters(this.registry, name));
	}

}
