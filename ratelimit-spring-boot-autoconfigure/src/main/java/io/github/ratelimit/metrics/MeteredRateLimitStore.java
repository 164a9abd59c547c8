package io.github.ratelimit.metrics;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Times another store's decisions in {@code ratelimit.store}, and shows in
 * {@code ratelimit.fullness} how full it finds limits.
 */
public final class MeteredRateLimitStore implements RateLimitStore {

	private final RateLimitStore store;

	private final Timer allowed;

	private final Timer rejected;

	private final Timer error;

	private final FullnessMetrics fullness;

	public MeteredRateLimitStore(RateLimitStore store, MeterRegistry registry) {
		this.store = store;
		this.allowed = timer(registry, "allowed");
		this.rejected = timer(registry, "rejected");
		this.error = timer(registry, "error");
		this.fullness = new FullnessMetrics(registry);
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
				this.fullness.record(decision);
			}
		});
	}

	private Timer timer(MeterRegistry registry, String outcome) {
		return Timer.builder("ratelimit.store")
			.description("Time that the store takes for a decision")
			.tag("store", this.store.name())
			.tag("outcome", outcome)
			.register(registry);
	}

}
