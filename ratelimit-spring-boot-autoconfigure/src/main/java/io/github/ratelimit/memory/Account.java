package io.github.ratelimit.memory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Ban;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;

/**
 * What one caller has spent under one policy, guarded by a lock. Numbered, so that
 * several can be locked without a deadlock.
 */
final class Account {

	private final long number;

	private final ReentrantLock lock = new ReentrantLock();

	private final LimitCounter[] counters;

	/** Null before the first one. */
	private @Nullable BanState ban;

	Account(long number, Policy policy) {
		this.number = number;
		this.counters = policy.limits()
			.stream()
			.map((limit) -> LimitCounter.create(policy.algorithm(), limit))
			.toArray(LimitCounter[]::new);
	}

	long number() {
		return this.number;
	}

	void lock() {
		this.lock.lock();
	}

	void unlock() {
		this.lock.unlock();
	}

	/** Whether the limits have room, and the caller is not banned. */
	boolean admits(Charge charge, long now) {
		return (charge.cost() == 0 || banLeft(charge.policy(), now) == 0) && hasRoom(charge, now);
	}

	/** Charges the limits; returns how they stand. */
	List<LimitState> charge(Charge charge, long now) {
		if (charge.cost() > 0) {
			for (int i = 0; i < this.counters.length; i++) {
				this.counters[i].charge(limit(charge, i), now, charge.cost());
			}
		}
		return states(charge, now, true, false);
	}

	/**
	 * Counts a rejection towards a ban if these limits have no permits left for the call;
	 * returns how they stand.
	 */
	List<LimitState> reject(Charge charge, long now) {
		return states(charge, now, false, count(charge, now));
	}

	/** Returns whether the caller is banned by it. */
	private boolean count(Charge charge, long now) {
		Policy policy = charge.policy();
		Ban ban = policy.ban();
		if (ban != null && policy.enforced() && banLeft(policy, now) == 0 && !hasRoom(charge, now)) {
			if (this.ban == null) {
				this.ban = new BanState();
			}
			return this.ban.add(ban, now);
		}
		return false;
	}

	private long banLeft(Policy policy, long now) {
		return (this.ban != null && policy.bans()) ? this.ban.banLeft(now) : 0;
	}

	private boolean hasRoom(Charge charge, long now) {
		for (int i = 0; i < this.counters.length; i++) {
			if (this.counters[i].missing(limit(charge, i), now, charge.cost()) > 0) {
				return false;
			}
		}
		return true;
	}

	/** Charges more, or gives back if extra is negative. */
	void settle(Policy policy, long extra, long decided, long now) {
		for (int i = 0; i < this.counters.length; i++) {
			Limit limit = policy.limits().get(i);
			if (extra > 0) {
				this.counters[i].charge(limit, now, extra);
			}
			else {
				this.counters[i].giveBack(limit, now, decided, -extra);
			}
		}
	}

	private List<LimitState> states(Charge charge, long now, boolean charged, boolean newlyBanned) {
		Duration banned = Duration.ofMillis(banLeft(charge.policy(), now));
		if (this.counters.length == 1) {
			return List.of(this.counters[0].state(charge, limit(charge, 0), now, charged).withBan(banned, newlyBanned));
		}
		LimitState[] states = new LimitState[this.counters.length];
		for (int i = 0; i < states.length; i++) {
			states[i] = this.counters[i].state(charge, limit(charge, i), now, charged).withBan(banned, newlyBanned);
		}
		return List.of(states);
	}

	private static Limit limit(Charge charge, int index) {
		return charge.policy().limits().get(index);
	}

}
