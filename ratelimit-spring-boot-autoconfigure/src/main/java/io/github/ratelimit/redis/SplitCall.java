package io.github.ratelimit.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;

/**
 * A call whose charges are kept in several places, so that they cannot be charged in one
 * step. Its parts are decided at the same time. If one is rejected or fails, or the
 * caller gives up, what others have charged is given back.
 */
final class SplitCall extends CompletableFuture<Decision> {

	private final List<Charge> charges;

	private final List<CompletableFuture<Decision>> parts;

	private final BiFunction<Decision, List<Charge>, CompletionStage<Void>> settle;

	private SplitCall(List<Charge> charges, List<CompletableFuture<Decision>> parts,
			BiFunction<Decision, List<Charge>, CompletionStage<Void>> settle) {
		this.charges = charges;
		this.parts = parts;
		this.settle = settle;
	}

	/**
	 * Begins to decide.
	 * @param charges the charges in their order
	 * @param parts the charges that can be charged in one step
	 * @param acquire charges one part
	 * @param settle gives a part back
	 */
	static SplitCall of(List<Charge> charges, Collection<List<Charge>> parts,
			Function<List<Charge>, CompletableFuture<Decision>> acquire,
			BiFunction<Decision, List<Charge>, CompletionStage<Void>> settle) {
		SplitCall call = new SplitCall(charges, parts.stream().map(acquire).toList(), settle);
		CompletableFuture.allOf(call.parts.toArray(CompletableFuture<?>[]::new))
			.whenComplete((nothing, failure) -> call.decided(failure));
		call.whenComplete((decision, failure) -> {
			if (failure != null) {
				call.parts.forEach((part) -> part.completeExceptionally(failure));
			}
		});
		return call;
	}

	private void decided(@Nullable Throwable failure) {
		boolean completed;
		if (failure == null) {
			Decision merged = merged();
			completed = complete(merged) && merged.allowed();
		}
		else {
			completeExceptionally((failure.getCause() != null) ? failure.getCause() : failure);
			completed = false;
		}
		if (!completed) {
			this.parts.stream()
				.filter((part) -> !part.isCompletedExceptionally())
				.forEach((part) -> giveBack(part.join()));
		}
	}

	private void giveBack(Decision part) {
		if (part.allowed()) {
			this.settle.apply(part,
					part.charges()
						.stream()
						.map((charge) -> part.charged(charge) ? new Charge(charge.policy(), charge.key(), 0) : charge)
						.toList());
		}
	}

	/**
	 * The time is the earliest at which a part was decided: whoever settles by it gives
	 * back where it was charged or before that, so never too soon.
	 */
	private Decision merged() {
		List<Decision> decisions = this.parts.stream().map(CompletableFuture::join).toList();
		boolean allowed = decisions.stream().allMatch(Decision::allowed);
		long time = decisions.stream().mapToLong(Decision::time).min().orElseThrow();
		return new Decision(allowed, time,
				this.charges.stream()
					.flatMap((charge) -> decisions.stream()
						.flatMap((part) -> part.states()
							.stream()
							.filter((state) -> state.charge().equals(charge))
							.map((state) -> (part.charged(charge) && !allowed) ? givenBack(state) : state)))
					.toList());
	}

	/** How a limit stands when it has its permits back. */
	private static LimitState givenBack(LimitState state) {
		Limit limit = state.limit();
		long remaining = state.remaining() + state.charge().cost();
		boolean full = remaining >= ((state.charge().policy().algorithm() == Algorithm.TOKEN_BUCKET) ? limit.burst()
				: limit.permits());
		return new LimitState(state.charge(), limit, remaining, Duration.ZERO,
				full ? Duration.ZERO : state.replenishAfter(), full ? Duration.ZERO : state.resetAfter(),
				state.bannedFor(), state.newlyBanned());
	}

}
