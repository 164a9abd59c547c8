package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Decides by another store of this instance, under this instance's share of every limit:
 * the permits divided by the number of instances, rounded up. Callers are banned after as
 * many rejections here as the policy says of all instances. A call that costs more than
 * the share takes all of it. Callers are told of their whole limits, of which as much
 * remains as does of the share.
 */
final class SharedRateLimitStore implements RateLimitStore {

	/** Only code that makes a policy for each call has more, and it is divided again. */
	private static final int MAX_POLICIES = 10_000;

	private final RateLimitStore store;

	private final IntSupplier instances;

	private final Map<Policy, Share> shares = new ConcurrentHashMap<>();

	/**
	 * Creates a store.
	 * @param store the store that decides
	 * @param instances how many instances share the limits, 1 or more
	 */
	SharedRateLimitStore(RateLimitStore store, IntSupplier instances) {
		this.store = store;
		this.instances = instances;
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return this.store.acquire(shares(charges)).thenApply((decision) -> told(decision, charges));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		List<LimitState> states = decision.states()
			.stream()
			.map((state) -> with(share(state.charge()), state.limit(), state))
			.toList();
		return this.store.settle(new Decision(true, decision.time(), states), shares(actual));
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return this.store.reset(policy, key);
	}

	private static Decision told(Decision decision, List<Charge> charges) {
		List<LimitState> states = new ArrayList<>();
		for (Charge charge : charges) {
			for (Limit limit : charge.policy().limits()) {
				states.add(with(charge, limit, decision.states().get(states.size())));
			}
		}
		return new Decision(decision.allowed(), decision.time(), states, Decision.Source.LOCAL);
	}

	private static LimitState with(Charge charge, Limit limit, LimitState state) {
		return new LimitState(charge, limit, state.remaining(), state.retryAfter(), state.replenishAfter(),
				state.resetAfter(), state.bannedFor(), state.newlyBanned());
	}

	private List<Charge> shares(List<Charge> charges) {
		return charges.stream().map(this::share).toList();
	}

	private Charge share(Charge charge) {
		Policy share = share(charge.policy());
		long whole = most(charge.policy());
		return new Charge(share, charge.key(),
				(charge.cost() > whole) ? charge.cost() : Math.min(charge.cost(), most(share)));
	}

	/** What a call may cost. */
	private static long most(Policy policy) {
		return policy.limits().stream().mapToLong(Limit::burst).min().orElseThrow();
	}

	private Policy share(Policy policy) {
		int parts = this.instances.getAsInt();
		Share known = this.shares.get(policy);
		if (known == null || known.parts() != parts) {
			if (this.shares.size() >= MAX_POLICIES) {
				this.shares.clear();
			}
			known = new Share(parts, divided(policy, parts));
			this.shares.put(policy, known);
		}
		return known.policy();
	}

	private static Policy divided(Policy policy, int parts) {
		return new Policy(policy.name(), policy.algorithm(),
				policy.limits().stream().map((limit) -> divided(policy.algorithm(), limit, parts)).toList(), 0,
				policy.mode(), 0, policy.ban());
	}

	private static Limit divided(Algorithm algorithm, Limit limit, int parts) {
		long permits = divided(limit.permits(), parts);
		long burst = divided(limit.burst(), parts);
		Duration refill = (algorithm == Algorithm.TOKEN_BUCKET)
				? Duration.ofMillis(burst * limit.window().toMillis() / permits) : limit.window();
		return new Limit(permits, limit.window(), (refill.compareTo(Limit.MAX_WINDOW) > 0) ? permits : burst);
	}

	private static long divided(long permits, int parts) {
		return (permits - 1) / parts + 1;
	}

	private record Share(int parts, Policy policy) {
	}

}
