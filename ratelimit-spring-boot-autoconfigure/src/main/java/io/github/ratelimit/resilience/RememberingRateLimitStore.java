package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Asks another store once, and then rejects the same call by itself for as long as that
 * store would: callers who do not wait cost no trip. An allowed call that took the last
 * permits tells enough to reject the next one.
 * <p>
 * What is remembered holds until the first limit that had no room has some, or the first
 * ban ends, by a monotonic clock, counted from before the store was asked: never longer
 * than by the clock of the store. What may lead to a ban is not remembered, for the store
 * to count it. Only permits that come back otherwise end it earlier. A reset here ends it
 * at once; but for bans, reservations are not remembered, and neither are policies once a
 * settlement here has given permits back. A reset or a settlement on another instance is
 * seen after a time that is given, at the latest.
 */
public final class RememberingRateLimitStore implements RateLimitStore {

	private static final long MAXIMUM_CALLS = 10_000;

	/** Only code that makes a policy for each call has more; to forget one is no harm. */
	private static final int MAXIMUM_REFUNDED = 10_000;

	private final RateLimitStore store;

	private final Duration longest;

	private final LongSupplier nanoTime;

	private final Cache<List<Charge>, RememberedRejection> rejections;

	/** Names of policies of which permits were given back. */
	private final Set<String> refunded = ConcurrentHashMap.newKeySet();

	private final LongAdder answered = new LongAdder();

	/** How often permits came back otherwise: what was asked before that is outdated. */
	private final AtomicLong changes = new AtomicLong();

	/**
	 * Creates a store.
	 * @param store the store that decides
	 * @param longest how long a rejection is remembered at most
	 */
	public RememberingRateLimitStore(RateLimitStore store, Duration longest) {
		this(store, longest, System::nanoTime);
	}

	RememberingRateLimitStore(RateLimitStore store, Duration longest, LongSupplier nanoTime) {
		this.store = store;
		this.longest = longest;
		this.nanoTime = nanoTime;
		this.rejections = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_CALLS)
			.expireAfterWrite(longest)
			.ticker(nanoTime::getAsLong)
			.build();
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return ask(charges, false);
	}

	@Override
	public CompletionStage<Decision> reserve(List<Charge> charges) {
		return ask(charges, true);
	}

	private CompletionStage<Decision> ask(List<Charge> charges, boolean reserved) {
		long asked = this.nanoTime.getAsLong();
		RememberedRejection known = this.rejections.getIfPresent(charges);
		if (known != null && known.holds(asked) && (!reserved || known.isBan())) {
			this.answered.increment();
			return CompletableFuture.completedFuture(known.at(asked));
		}
		long before = this.changes.get();
		return (reserved ? this.store.reserve(charges) : this.store.acquire(charges)).thenApply((decision) -> {
			Decision next = RememberedRejection.next(decision);
			if (next != null) {
				RememberedRejection rejection = RememberedRejection.of(next, asked, this.nanoTime.getAsLong(),
						this.longest);
				if (rejection.isBan() || !(reserved || isRefunded(charges))) {
					remember(charges, rejection, before);
				}
			}
			return decision;
		});
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		List<Charge> charged = decision.charges();
		for (int i = 0; i < charged.size(); i++) {
			if (actual.get(i).cost() < charged.get(i).cost()) {
				refunded(charged.get(i).policy().name());
			}
		}
		return this.store.settle(decision, actual);
	}

	/** Forgets before, for who does not wait, and after, for who has asked meanwhile. */
	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		Predicate<Charge> changed = (charge) -> charge.key().equals(key)
				&& charge.policy().name().equals(policy.name());
		forget(changed);
		return this.store.reset(policy, key).whenComplete((done, failure) -> forget(changed));
	}

	/**
	 * How many calls were rejected without asking the store.
	 * @return a number that only grows
	 */
	public long answered() {
		return this.answered.sum();
	}

	/** How many calls are remembered. */
	long size() {
		this.rejections.cleanUp();
		return this.rejections.estimatedSize();
	}

	/** Looks for changes last: who changes something looks for this entry after that. */
	private void remember(List<Charge> charges, RememberedRejection rejection, long before) {
		List<Charge> call = List.copyOf(charges);
		this.rejections.put(call, rejection);
		if (this.changes.get() != before) {
			this.rejections.asMap().remove(call, rejection);
		}
	}

	private boolean isRefunded(List<Charge> charges) {
		for (Charge charge : charges) {
			if (this.refunded.contains(charge.policy().name())) {
				return true;
			}
		}
		return false;
	}

	private void refunded(String policy) {
		if (this.refunded.size() >= MAXIMUM_REFUNDED) {
			this.refunded.clear();
		}
		if (this.refunded.add(policy)) {
			forget((charge) -> charge.policy().name().equals(policy));
		}
	}

	private void forget(Predicate<Charge> changed) {
		this.changes.incrementAndGet();
		this.rejections.asMap().keySet().removeIf((charges) -> charges.stream().anyMatch(changed));
	}

}
