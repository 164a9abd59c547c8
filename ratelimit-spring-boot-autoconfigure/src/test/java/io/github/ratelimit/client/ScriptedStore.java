package io.github.ratelimit.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Answers each attempt as it is told: what others do meanwhile is part of the script.
 */
final class ScriptedStore implements RateLimitStore {

	private final IntFunction<@Nullable Duration> retryAfter;

	private int attempts;

	/** Rejects the n-th attempt, from 0, until then, and allows it if that is zero. */
	ScriptedStore(IntFunction<@Nullable Duration> retryAfter) {
		this.retryAfter = retryAfter;
	}

	int attempts() {
		return this.attempts;
	}

	@Override
	public String name() {
		return "scripted";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		Charge charge = charges.get(0);
		LimitState state = new LimitState(charge, charge.policy().limits().get(0), 0,
				this.retryAfter.apply(this.attempts++), Duration.ofMinutes(1), Duration.ofMinutes(1));
		return CompletableFuture.completedFuture(new Decision(!state.exhausted(), 0, List.of(state)));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		throw new UnsupportedOperationException();
	}

}
