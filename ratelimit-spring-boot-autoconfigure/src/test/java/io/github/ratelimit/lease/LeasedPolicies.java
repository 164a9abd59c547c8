package io.github.ratelimit.lease;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

/**
 * A store whose every policy with a sliding window has the largest lease there can be, on
 * whose keys leases begin with the second call and take all that remains. Nothing is
 * given back but by calls. Callers see the policies that they know.
 */
final class LeasedPolicies implements RateLimitStore {

	private final LeasingRateLimitStore store;

	LeasedPolicies(LongSupplier clock) {
		AtomicLong latest = new AtomicLong();
		this.store = new LeasingRateLimitStore(new Leasing(new MemoryRateLimitStore(1000, clock),
				() -> 1_000_000 * latest.accumulateAndGet(clock.getAsLong(), Math::max), (nanos) -> (task) -> {
				}, new LeaseSize(1, 1)));
	}

	static Policy leased(Policy policy, long lease) {
		return (policy.algorithm() != Algorithm.SLIDING_WINDOW || !policy.enforced()) ? policy
				: new Policy(policy.name(), policy.algorithm(), policy.limits(), policy.cost(), policy.mode(), lease);
	}

	private static Policy leased(Policy policy) {
		return leased(policy, policy.limits().stream().mapToLong(Limit::permits).min().orElseThrow());
	}

	private static List<Charge> leased(List<Charge> charges) {
		return charges.stream()
			.map((charge) -> new Charge(leased(charge.policy()), charge.key(), charge.cost()))
			.toList();
	}

	private static Decision with(List<Charge> charges, Decision decision) {
		List<Charge> known = decision.charges();
		return new Decision(decision.allowed(), decision.time(),
				decision.states()
					.stream()
					.map((state) -> new LimitState(charges.get(known.indexOf(state.charge())), state.limit(),
							state.remaining(), state.retryAfter(), state.replenishAfter(), state.resetAfter()))
					.toList());
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return this.store.acquire(leased(charges)).thenApply((decision) -> with(charges, decision));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return this.store.settle(with(leased(decision.charges()), decision), leased(actual));
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return this.store.reset(leased(policy), key);
	}

}
