package io.github.ratelimit;

import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether calls may pass. Every attempt waits for the store, never for permits.
 */
public final class RateLimiter {

	private static final Decision NOTHING_DUE = new Decision(true, 0, List.of());

	private final RateLimitStore store;

	private final PolicySource policies;

	private final List<RateLimitListener> listeners;

	private final RateLimitOverrides overrides;

	private final DueCharges due;

	/**
	 * Creates a rate limiter whose policies nothing overrides.
	 * @param store keeps what has been spent
	 * @param policies where policies are found
	 * @param listeners who is told of decisions
	 */
	public RateLimiter(RateLimitStore store, PolicySource policies, List<RateLimitListener> listeners) {
		this(store, policies, listeners, RateLimitOverrides.local(InstantSource.system()));
	}

	/**
	 * Creates a rate limiter.
	 * @param store keeps what has been spent
	 * @param policies where policies are found
	 * @param listeners who is told of decisions
	 * @param overrides what holds instead of what policies say
	 */
	public RateLimiter(RateLimitStore store, PolicySource policies, List<RateLimitListener> listeners,
			RateLimitOverrides overrides) {
		this.store = store;
		this.policies = policies;
		this.listeners = List.copyOf(listeners);
		this.overrides = overrides;
		this.due = new DueCharges(overrides);
	}

	/**
	 * Tries to acquire what one call costs under a policy.
	 * @param policy the name of the policy
	 * @param key who is counted
	 * @return the decision
	 * @throws UnknownPolicyException if no policy has that name
	 * @throws RateLimitStoreException if the store cannot decide
	 */
	public Decision tryAcquire(String policy, String key) {
		return tryAcquire(List.of(new Charge(policy(policy), key)));
	}

	/**
	 * Tries to acquire permits under a policy.
	 * @param policy the name of the policy
	 * @param key who is counted
	 * @param cost permits to take, 0 or more; 0 asks without charging
	 * @return the decision
	 * @throws UnknownPolicyException if no policy has that name
	 * @throws RateLimitStoreException if the store cannot decide
	 */
	public Decision tryAcquire(String policy, String key, long cost) {
		return tryAcquire(List.of(new Charge(policy(policy), key, cost)));
	}

	/**
	 * Tries to pay several charges at once: all of them, or none. Those under policies
	 * that are not in force are left out.
	 * @param charges at least one, no two with the same policy and key
	 * @return the decision
	 * @throws RateLimitStoreException if the store cannot decide, or the thread was
	 * interrupted while it waited
	 */
	public Decision tryAcquire(List<Charge> charges) {
		List<Charge> due = this.due.of(charges);
		return due.isEmpty() ? NOTHING_DUE : tell(await(this.store.acquire(due)));
	}

	/**
	 * Tries to acquire what one call costs under a policy, without waiting.
	 * @param policy the name of the policy
	 * @param key who is counted
	 * @return the decision; completed with a {@link RateLimitStoreException} if the store
	 * cannot decide
	 * @throws UnknownPolicyException if no policy has that name
	 */
	public CompletionStage<Decision> tryAcquireAsync(String policy, String key) {
		return tryAcquireAsync(List.of(new Charge(policy(policy), key)));
	}

	/**
	 * Tries to acquire permits under a policy, without waiting.
	 * @param policy the name of the policy
	 * @param key who is counted
	 * @param cost permits to take, 0 or more; 0 asks without charging
	 * @return the decision; completed with a {@link RateLimitStoreException} if the store
	 * cannot decide
	 * @throws UnknownPolicyException if no policy has that name
	 */
	public CompletionStage<Decision> tryAcquireAsync(String policy, String key, long cost) {
		return tryAcquireAsync(List.of(new Charge(policy(policy), key, cost)));
	}

	/**
	 * Tries to pay several charges at once, all of them or none, without waiting. Those
	 * under policies that are not in force are left out.
	 * @param charges at least one, no two with the same policy and key
	 * @return the decision; completed with a {@link RateLimitStoreException} if the store
	 * cannot decide
	 */
	public CompletionStage<Decision> tryAcquireAsync(List<Charge> charges) {
		List<Charge> due = this.due.of(charges);
		return due.isEmpty() ? CompletableFuture.completedFuture(NOTHING_DUE) : decided(this.store.acquire(due));
	}

	/**
	 * Tries to reserve permits for a call whose cost is known only when it is over.
	 * @param policy the name of the policy
	 * @param key who is counted
	 * @param estimate permits to take now, 0 or more
	 * @return the reservation, with the decision
	 * @throws UnknownPolicyException if no policy has that name
	 * @throws RateLimitStoreException if the store cannot decide
	 */
	public Reservation reserve(String policy, String key, long estimate) {
		return reserve(List.of(new Charge(policy(policy), key, estimate)));
	}

	/**
	 * Tries to reserve several charges at once: all of them, or none.
	 * @param charges at least one, no two with the same policy and key
	 * @return the reservation, with the decision
	 * @throws RateLimitStoreException if the store cannot decide, or the thread was
	 * interrupted while it waited
	 */
	public Reservation reserve(List<Charge> charges) {
		List<Charge> due = this.due.of(charges);
		return new Reservation(charges, due.isEmpty() ? NOTHING_DUE : tell(await(this.store.reserve(due))), this.store,
				this.listeners);
	}

	/**
	 * Tries to reserve permits for a call whose cost is known only when it is over,
	 * without waiting.
	 * @param policy the name of the policy
	 * @param key who is counted
	 * @param estimate permits to take now, 0 or more
	 * @return the reservation, with the decision; completed with a
	 * {@link RateLimitStoreException} if the store cannot decide
	 * @throws UnknownPolicyException if no policy has that name
	 */
	public CompletionStage<Reservation> reserveAsync(String policy, String key, long estimate) {
		return reserveAsync(List.of(new Charge(policy(policy), key, estimate)));
	}

	/**
	 * Tries to reserve several charges at once, all of them or none, without waiting.
	 * @param charges at least one, no two with the same policy and key
	 * @return the reservation, with the decision; completed with a
	 * {@link RateLimitStoreException} if the store cannot decide
	 */
	public CompletionStage<Reservation> reserveAsync(List<Charge> charges) {
		List<Charge> due = this.due.of(charges);
		CompletionStage<Decision> decision = due.isEmpty() ? CompletableFuture.completedFuture(NOTHING_DUE)
				: decided(this.store.reserve(due));
		return decision.thenApply((made) -> new Reservation(charges, made, this.store, this.listeners));
	}

	/**
	 * Tells how a caller's limits stand: nothing is charged, and no listener told.
	 * @param policy the name of the policy
	 * @param key who is counted
	 * @return one state per limit of what the policy is for that caller now; empty if it
	 * is not in force. Completed with a {@link RateLimitStoreException} if the store does
	 * not tell
	 * @throws UnknownPolicyException if no policy has that name
	 */
	public CompletionStage<List<LimitState>> look(String policy, String key) {
		List<Charge> due = DueCharges.inForce(this.overrides.effective(List.of(new Charge(policy(policy), key, 0))));
		return due.isEmpty() ? CompletableFuture.completedFuture(List.of())
				: this.store.acquire(due).thenApply(Decision::states);
	}

	/**
	 * Forgets what a caller has spent under a policy, whatever its plan, and lifts its
	 * ban.
	 * @param policy the name of the policy
	 * @param key who is counted
	 * @return completes when it is forgotten, with a {@link RateLimitStoreException} if
	 * it cannot be
	 * @throws UnknownPolicyException if no policy has that name
	 */
	public CompletionStage<Void> reset(String policy, String key) {
		Set<Policy> all = new LinkedHashSet<>(List.of(policy(policy)));
		all.addAll(this.policies.variants(policy));
		List.copyOf(all).forEach((variant) -> all.add(this.overrides.effective(variant, key)));
		CompletionStage<Void> done = CompletableFuture.completedFuture(null);
		for (Policy one : all) {
			done = done.thenCompose((before) -> reset(one, key));
		}
		return done;
	}

	private CompletionStage<Void> reset(Policy policy, String key) {
		return policy.enabled() ? this.store.reset(policy, key) : CompletableFuture.completedFuture(null);
	}

	/**
	 * Tells listeners that a call is exempt, and therefore not charged.
	 * @param policy a policy that applies to the call but for that
	 */
	public void exempt(Policy policy) {
		if (policy.enabled()) {
			this.listeners.forEach((listener) -> listener.onExemption(policy));
		}
	}

	/**
	 * Finds a policy, whether or not it is in force.
	 * @param name its name
	 * @return the policy; if it has plans, the one for callers of whom nothing is known
	 * @throws UnknownPolicyException if no policy has that name
	 */
	public Policy policy(String name) {
		Policy policy = this.policies.find(name);
		if (policy == null) {
			throw new UnknownPolicyException(name, this.policies.policies().stream().map(Policy::name).toList());
		}
		return policy;
	}

	private CompletionStage<Decision> decided(CompletionStage<Decision> answer) {
		return answer.handle((decision, failure) -> {
			if (failure != null) {
				throw typed(failure);
			}
			return tell(decision);
		});
	}

	private Decision await(CompletionStage<Decision> answer) {
		try {
			return answer.toCompletableFuture().get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RateLimitStoreException("Interrupted while waiting for the store", ex);
		}
		catch (ExecutionException ex) {
			throw typed(ex.getCause());
		}
	}

	private RateLimitStoreException typed(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		return (cause instanceof RateLimitStoreException typed) ? typed
				: new RateLimitStoreException("The store '" + this.store.name() + "' could not decide", cause);
	}

	private Decision tell(Decision decision) {
		for (int i = 0; i < this.listeners.size(); i++) {
			this.listeners.get(i).onDecision(decision);
		}
		return decision;
	}

}
