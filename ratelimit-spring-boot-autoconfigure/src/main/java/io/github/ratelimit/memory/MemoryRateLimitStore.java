package io.github.ratelimit.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

/**
 * Keeps what has been spent in this JVM: each instance of an application counts for
 * itself. Decides as the store in Redis does. Bounded: past the maximum number of
 * callers, those that call least are forgotten.
 */
public final class MemoryRateLimitStore implements RateLimitStore {

	private static final long MAXIMUM_CALLERS = 100_000;

	private final Cache<Caller, Account> accounts;

	private final AtomicLong accountNumbers = new AtomicLong();

	private final LongSupplier clock;

	/**
	 * Creates a store for at most 100,000 callers, with a clock that never jumps.
	 */
	public MemoryRateLimitStore() {
		this(MAXIMUM_CALLERS, monotonicClock());
	}

	/**
	 * Creates a store.
	 * @param maximumCallers how many callers are remembered, each policy's for itself
	 * @param clock the time in milliseconds, from any origin but never negative
	 */
	public MemoryRateLimitStore(long maximumCallers, LongSupplier clock) {
		this.accounts = Caffeine.newBuilder().maximumSize(maximumCallers).build();
		this.clock = clock;
	}

	@Override
	public String name() {
		return "memory";
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		if (charges.size() == 1) {
			return CompletableFuture.completedFuture(decide(charges.get(0)));
		}
		Account[] accounts = new Account[charges.size()];
		for (int i = 0; i < accounts.length; i++) {
			accounts[i] = account(charges.get(i));
		}
		Account[] inOrder = accounts.clone();
		Arrays.sort(inOrder, Comparator.comparingLong(Account::number));
		for (Account account : inOrder) {
			account.lock();
		}
		try {
			return CompletableFuture.completedFuture(decide(charges, accounts, this.clock.getAsLong()));
		}
		finally {
			for (Account account : inOrder) {
				account.unlock();
			}
		}
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		List<Charge> charged = decision.charges();
		for (int i = 0; i < charged.size(); i++) {
			long extra = actual.get(i).cost() - charged.get(i).cost();
			if (extra != 0) {
				settle(charged.get(i), extra, decision.time());
			}
		}
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		this.accounts.invalidate(new Caller(policy, key));
		return CompletableFuture.completedFuture(null);
	}

	/**
	 * Forgets what all callers have spent, and lifts their bans.
	 */
	public void clear() {
		this.accounts.invalidateAll();
	}

	/** How many callers are remembered. */
	long size() {
		this.accounts.cleanUp();
		return this.accounts.estimatedSize();
	}

	private Decision decide(Charge charge) {
		Account account = account(charge);
		account.lock();
		try {
			long now = this.clock.getAsLong();
			boolean room = account.admits(charge, now);
			return new Decision(room || !charge.policy().enforced(), now,
					room ? account.charge(charge, now) : account.reject(charge, now));
		}
		finally {
			account.unlock();
		}
	}

	private Decision decide(List<Charge> charges, Account[] accounts, long now) {
		boolean allowed = true;
		for (int i = 0; i < accounts.length; i++) {
			allowed = allowed && (!charges.get(i).policy().enforced() || accounts[i].admits(charges.get(i), now));
		}
		List<LimitState> states = new ArrayList<>();
		for (int i = 0; i < accounts.length; i++) {
			boolean charged = allowed
					&& (charges.get(i).policy().enforced() || accounts[i].admits(charges.get(i), now));
			states.addAll(charged ? accounts[i].charge(charges.get(i), now) : accounts[i].reject(charges.get(i), now));
		}
		return new Decision(allowed, now, states);
	}

	private void settle(Charge charged, long extra, long decided) {
		Account account = account(charged);
		account.lock();
		try {
			account.settle(charged.policy(), extra, decided, this.clock.getAsLong());
		}
		finally {
			account.unlock();
		}
	}

	private Account account(Charge charge) {
		Caller caller = new Caller(charge.policy(), charge.key());
		Account known = this.accounts.getIfPresent(caller);
		return (known != null) ? known : this.accounts.get(caller, (absent) -> newAccount(charge.policy()));
	}

	private Account newAccount(Policy policy) {
		return new Account(this.accountNumbers.incrementAndGet(), policy);
	}

	private static LongSupplier monotonicClock() {
		long origin = System.nanoTime();
		return () -> (System.nanoTime() - origin) / 1_000_000;
	}

	/**
	 * Who is counted, under limits of which permits may change, but neither algorithm nor
	 * windows: plans of one policy that differ in them are counted apart, as in Redis.
	 * Compared by hand, since what records are given is slow on older JVMs.
	 */
	private record Caller(Policy policy, String key) {

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Caller caller && this.key.equals(caller.key)
					&& (this.policy == caller.policy || isCountedAs(caller.policy));
		}

		private boolean isCountedAs(Policy other) {
			List<Limit> limits = this.policy.limits();
			if (!this.policy.name().equals(other.name()) || this.policy.algorithm() != other.algorithm()
					|| limits.size() != other.limits().size()) {
				return false;
			}
			for (int i = 0; i < limits.size(); i++) {
				if (!limits.get(i).window().equals(other.limits().get(i).window())) {
					return false;
				}
			}
			return true;
		}

		@Override
		public int hashCode() {
			int hash = 31 * this.policy.name().hashCode() + this.key.hashCode();
			return 31 * hash + this.policy.limits().get(0).window().hashCode();
		}

	}

}
