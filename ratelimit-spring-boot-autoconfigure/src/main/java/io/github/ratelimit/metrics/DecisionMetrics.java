package io.github.ratelimit.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Decision;
import io.github.ratelimit.Decision.Source;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.RateLimitListener;

/**
 * Counts decisions per policy in {@code ratelimit.decisions}. A policy has allowed a call
 * that passed, and rejected one for which it had no room; a call that another policy
 * rejected is not counted. The tag {@code source} tells who decided.
 */
public final class DecisionMetrics implements RateLimitListener {

	private final MeterRegistry registry;

	private final Map<Source, Map<String, Counter>> allowed = new EnumMap<>(Source.class);

	private final Map<Source, Map<String, Counter>> rejected = new EnumMap<>(Source.class);

	public DecisionMetrics(MeterRegistry registry) {
		this.registry = registry;
		for (Source source : Source.values()) {
			this.allowed.put(source, new ConcurrentHashMap<>());
			this.rejected.put(source, new ConcurrentHashMap<>());
		}
	}

	@Override
	public void onDecision(Decision decision) {
		List<LimitState> states = decision.states();
		for (int i = 0; i < states.size(); i++) {
			String policy = countedBy(decision, i);
			if (policy != null && !countedBefore(policy, decision, i)) {
				counter(policy, decision.allowed(), decision.source()).increment();
			}
		}
	}

	private static @Nullable String countedBy(Decision decision, int index) {
		LimitState state = decision.states().get(index);
		return (decision.allowed() || state.exhausted()) ? state.charge().policy().name() : null;
	}

	private static boolean countedBefore(String policy, Decision decision, int index) {
		for (int i = 0; i < index; i++) {
			if (policy.equals(countedBy(decision, i))) {
				return true;
			}
		}
		return false;
	}

	private Counter counter(String policy, boolean passed, Source source) {
		Map<String, Counter> counters = Objects.requireNonNull((passed ? this.allowed : this.rejected).get(source));
		Counter known = counters.get(policy);
		return (known != null) ? known
				: counters.computeIfAbsent(policy,
						(name) -> Counter.builder("ratelimit.decisions")
							.description("Calls that a policy has allowed or rejected")
							.tag("policy", name)
							.tag("outcome", passed ? "allowed" : "rejected")
							.tag("source", source.name().toLowerCase(Locale.ROOT))
							.register(this.registry));
	}

}
