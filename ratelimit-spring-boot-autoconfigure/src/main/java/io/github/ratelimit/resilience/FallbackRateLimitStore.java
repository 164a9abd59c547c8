package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;

/**
 * The fallback while the store is unavailable, per policy. A call is rejected with an
 * error if one of its policies says {@code reject}. Otherwise it is allowed if this
 * instance's share of the limits has permits left for the charges of policies that say
 * {@code local}, all or none of them. The fallback settles what it has charged, and the
 * store what the store has charged. Nothing that is counted here reaches the store later.
 */
public final class FallbackRateLimitStore implements RateLimitStore {

	private static final RateLimitStore ALLOWING = new AllowingRateLimitStore();

	private final RateLimitStore store;

	private final Function<String, OnFailure> policies;

	private final RateLimitStore local;

	/**
	 * Creates a store.
	 * @param store the store that decides
	 * @param policies what holds for a policy, by its name
	 * @param local decides for this instance
	 * @param instances how many instances share the limits, 1 or more
	 */
	public FallbackRateLimitStore(RateLimitStore store, Function<String, OnFailure> policies, RateLimitStore local,
			IntSupplier instances) {
		this.store = store;
		this.policies = policies;
		this.local = new SharedRateLimitStore(local, instances);
	}

	/**
	 * Decides once for nobody, so that no call that needs it waits until its classes are
	 * there.
	 */
	public void warmUp() {
		Policy nobody = new Policy("nobody", Algorithm.SLIDING_WINDOW, new Limit(1, Duration.ofSeconds(1)));
		orFallback(
				CompletableFuture
					.failedFuture(RateLimitStoreException.unavailable("Nobody was asked", null, Duration.ZERO)),
				List.of(new Charge(nobody, "nobody", 0)));
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return orFallback(this.store.acquire(charges), charges);
	}

	@Override
	public CompletionStage<Decision> reserve(List<Charge> charges) {
		return orFallback(this.store.reserve(charges), charges);
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return switch (decision.source()) {
			case STORE -> this.store.settle(decision, actual);
			case LOCAL -> settleLocally(decision, actual);
			case NONE -> CompletableFuture.completedFuture(null);
		};
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return this.local.reset(policy, key).thenCompose((done) -> this.store.reset(policy, key));
	}

	@Override
	public CompletionStage<Decision> probe() {
		return this.store.probe();
	}

	private CompletionStage<Decision> orFallback(CompletionStage<Decision> answer, List<Charge> charges) {
		CompletableFuture<Decision> future = answer.toCompletableFuture();
		return (future.isDone() && !future.isCompletedExceptionally()) ? future
				: future.exceptionallyCompose((failure) -> fallback(charges, failure));
	}

	private CompletionStage<Decision> fallback(List<Charge> charges, Throwable failure) {
		if (charges.stream().anyMatch((charge) -> is(OnFailure.REJECT, charge))) {
			return CompletableFuture.failedFuture(failure);
		}
		List<Charge> counted = charges.stream().filter((charge) -> is(OnFailure.LOCAL, charge)).toList();
		if (counted.isEmpty()) {
			return ALLOWING.acquire(charges);
		}
		return this.local.acquire(counted)
			.thenCombine(ALLOWING.acquire(charges), (decision, allowed) -> together(charges, decision, allowed));
	}

	private Decision together(List<Charge> charges, Decision counted, Decision allowed) {
		List<LimitState> states = charges.stream()
			.flatMap((charge) -> states(charge, is(OnFailure.LOCAL, charge) ? counted : allowed))
			.toList();
		return new Decision(counted.allowed(), counted.time(), states, counted.source());
	}

	private static Stream<LimitState> states(Charge charge, Decision decision) {
		return decision.states().stream().filter((state) -> state.charge().equals(charge));
	}

	private CompletionStage<Void> settleLocally(Decision decision, List<Charge> actual) {
		List<LimitState> states = decision.states()
			.stream()
			.filter((state) -> is(OnFailure.LOCAL, state.charge()))
			.toList();
		List<Charge> counted = actual.stream().filter((charge) -> is(OnFailure.LOCAL, charge)).toList();
		return this.local.settle(new Decision(true, decision.time(), states), counted);
	}

	/** What only looks on rejects nobody, whatever it is to do when it does not. */
	private boolean is(OnFailure wanted, Charge charge) {
		OnFailure said = this.policies.apply(charge.policy().name());
		return wanted == ((said == OnFailure.REJECT && !charge.policy().enforced()) ? OnFailure.ALLOW : said);
	}

}
