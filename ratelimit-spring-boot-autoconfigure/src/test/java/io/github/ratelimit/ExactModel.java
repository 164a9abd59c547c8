package io.github.ratelimit;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What design and Javadoc say of the algorithms, as plainly as it can be written: whole
 * numbers without bounds, every charge in a list, no cleverness.
 */
public final class ExactModel {

	private final Map<String, LimitModel> limits = new HashMap<>();

	private final Map<String, BanModel> bans = new HashMap<>();

	public Decision acquire(List<Charge> charges, long now) {
		boolean allowed = charges.stream()
			.filter((charge) -> charge.policy().enforced())
			.allMatch((charge) -> hasRoom(charge, now) && (charge.cost() == 0 || bannedFor(charge, now).isZero()));
		List<LimitState> states = new ArrayList<>();
		for (Charge charge : charges) {
			boolean newlyBanned = !allowed && charge.policy().bans() && bannedFor(charge, now).isZero()
					&& !hasRoom(charge, now) && ban(charge).count(charge.policy().ban(), now);
			boolean charged = allowed && hasRoom(charge, now);
			Duration bannedFor = bannedFor(charge, now);
			for (Limit limit : charge.policy().limits()) {
				LimitModel model = model(charge, limit);
				if (charged && charge.cost() > 0) {
					model.charge(limit, charge.cost(), now);
				}
				Duration retryAfter = (charged || model.hasRoom(limit, charge.cost(), now)) ? Duration.ZERO
						: model.retryAfter(limit, charge.cost(), now);
				if (charge.cost() > 0 && retryAfter != null && retryAfter.compareTo(bannedFor) < 0) {
					retryAfter = bannedFor;
				}
				BigInteger free = bannedFor.isZero() ? model.free(limit, now) : BigInteger.ZERO;
				states.add(new LimitState(charge, limit, free.max(BigInteger.ZERO).longValueExact(), retryAfter,
						model.replenishAfter(limit, now), model.resetAfter(limit, now), bannedFor, newlyBanned));
			}
		}
		return new Decision(allowed, now, states);
	}

	private Duration bannedFor(Charge charge, long now) {
		return charge.policy().bans() ? Duration.ofMillis(Math.max(0, ban(charge).end - now)) : Duration.ZERO;
	}

	private BanModel ban(Charge charge) {
		return this.bans.computeIfAbsent(charge.policy().name() + charge.key(), (name) -> new BanModel());
	}

	private boolean hasRoom(Charge charge, long now) {
		return charge.policy()
			.limits()
			.stream()
			.allMatch((limit) -> model(charge, limit).hasRoom(limit, charge.cost(), now));
	}

	public void settle(Decision decision, List<Charge> actual, long now) {
		for (int i = 0; i < actual.size(); i++) {
			Charge charged = decision.charges().get(i);
			long extra = actual.get(i).cost() - charged.cost();
			for (Limit limit : charged.policy().limits()) {
				if (extra > 0) {
					model(charged, limit).chargeMore(limit, extra, now);
				}
				else if (extra < 0) {
					model(charged, limit).giveBack(limit, -extra, decision.time(), now);
				}
			}
		}
	}

	private LimitModel model(Charge charge, Limit limit) {
		Policy policy = charge.policy();
		return this.limits.computeIfAbsent(policy.name() + charge.key() + policy.algorithm() + limit.window(),
				(name) -> (policy.algorithm() == Algorithm.TOKEN_BUCKET) ? new Bucket()
						: new Window(policy.algorithm()));
	}

	private abstract static class LimitModel {

		abstract BigInteger free(Limit limit, long now);

		abstract void charge(Limit limit, long cost, long now);

		/** Charges what there may be no room for, as far as it can be counted. */
		abstract void chargeMore(Limit limit, long cost, long now);

		/** Gives back what was charged at a time. */
		abstract void giveBack(Limit limit, long cost, long time, long now);

		/** The earliest time at which so many permits are free. */
		abstract long timeOf(Limit limit, BigInteger free, long now);

		abstract long timeOfAll(Limit limit, long now);

		boolean hasRoom(Limit limit, long cost, long now) {
			return cost == 0 || free(limit, now).compareTo(BigInteger.valueOf(cost)) >= 0;
		}

		@Nullable Duration retryAfter(Limit limit, long cost, long now) {
			return (cost > limit.burst()) ? null
					: Duration.ofMillis(timeOf(limit, BigInteger.valueOf(cost), now) - now);
		}

		Duration replenishAfter(Limit limit, long now) {
			if (resetAfter(limit, now).isZero()) {
				return Duration.ZERO;
			}
			return Duration.ofMillis(timeOf(limit, free(limit, now).add(BigInteger.ONE), now) - now);
		}

		Duration resetAfter(Limit limit, long now) {
			return Duration.ofMillis(timeOfAll(limit, now) - now);
		}

	}

	/** Permits that come back each at a time that is known when it is spent. */
	private static final class Window extends LimitModel {

		private final Algorithm algorithm;

		private List<Spent> log = new ArrayList<>();

		Window(Algorithm algorithm) {
			this.algorithm = algorithm;
		}

		@Override
		BigInteger free(Limit limit, long now) {
			return this.log.stream()
				.filter((spent) -> spent.backAt() > now)
				.map((spent) -> BigInteger.valueOf(spent.cost()))
				.reduce(BigInteger.valueOf(limit.permits()), BigInteger::subtract);
		}

		@Override
		void charge(Limit limit, long cost, long now) {
			forget(now);
			this.log.add(new Spent(cost, backAt(limit, now)));
		}

		@Override
		void chargeMore(Limit limit, long cost, long now) {
			forget(now);
			long counted = Math.min(cost, Limit.MAX_PERMITS - this.log.stream().mapToLong(Spent::cost).sum());
			if (counted > 0) {
				charge(limit, counted, now);
			}
		}

		@Override
		void giveBack(Limit limit, long cost, long time, long now) {
			long left = cost;
			List<Spent> corrected = new ArrayList<>();
			for (Spent spent : this.log) {
				boolean charged = spent.backAt() > now && wasSpentAt(limit, time, spent);
				long back = charged ? Math.min(left, spent.cost()) : 0;
				left -= back;
				if (back < spent.cost()) {
					corrected.add(new Spent(spent.cost() - back, spent.backAt()));
				}
			}
			if (left < cost) {
				this.log = corrected;
				forget(now);
			}
		}

		/** In the same cell, or in the same window. */
		private boolean wasSpentAt(Limit limit, long time, Spent spent) {
			long window = limit.window().toMillis();
			return (this.algorithm == Algorithm.FIXED_WINDOW) ? time >= spent.backAt() - window && time < spent.backAt()
					: spent.backAt() == lastOfCell(limit, time) + window;
		}

		private void forget(long now) {
			this.log = new ArrayList<>(this.log.stream().filter((spent) -> spent.backAt() > now).toList());
		}

		private long backAt(Limit limit, long now) {
			long window = limit.window().toMillis();
			if (this.algorithm == Algorithm.FIXED_WINDOW) {
				return this.log.isEmpty() ? now + window : this.log.get(0).backAt();
			}
			long newest = this.log.isEmpty() ? 0 : this.log.get(this.log.size() - 1).backAt();
			return Math.max(lastOfCell(limit, now) + window, newest);
		}

		private static long lastOfCell(Limit limit, long time) {
			long cell = (limit.window().toMillis() + 63) / 64;
			return Math.floorDiv(time, cell) * cell + cell - 1;
		}

		@Override
		long timeOf(Limit limit, BigInteger free, long now) {
			return this.log.stream()
				.mapToLong(Spent::backAt)
				.filter((time) -> time > now && free(limit, time).compareTo(free) >= 0)
				.min()
				.orElseThrow();
		}

		@Override
		long timeOfAll(Limit limit, long now) {
			return Math.max(now, this.log.stream().mapToLong(Spent::backAt).max().orElse(now));
		}

	}

	/** A level that falls by the permits each millisecond, in permits times window. */
	private static final class Bucket extends LimitModel {

		private BigInteger level = BigInteger.ZERO;

		private long time;

		/** Of what was spent under other permits, no more than a bucket is owed. */
		private BigInteger level(Limit limit, long now) {
			return this.level.min(weight(limit, limit.burst()))
				.subtract(drain(limit, this.time, now))
				.max(BigInteger.ZERO);
		}

		private static BigInteger weight(Limit limit, long permits) {
			return BigInteger.valueOf(permits).multiply(BigInteger.valueOf(limit.window().toMillis()));
		}

		private static BigInteger drain(Limit limit, long from, long to) {
			return BigInteger.valueOf(Math.max(0, to - from)).multiply(BigInteger.valueOf(limit.permits()));
		}

		@Override
		BigInteger free(Limit limit, long now) {
			BigInteger window = BigInteger.valueOf(limit.window().toMillis());
			BigInteger room = BigInteger.valueOf(limit.burst()).multiply(window).subtract(level(limit, now));
			return room.divide(window);
		}

		@Override
		void charge(Limit limit, long cost, long now) {
			this.level = level(limit, now).add(weight(limit, cost));
			this.time = Math.max(this.time, now);
		}

		@Override
		void chargeMore(Limit limit, long cost, long now) {
			charge(limit, cost, now);
			this.level = this.level.min(weight(limit, limit.burst()));
		}

		@Override
		void giveBack(Limit limit, long cost, long time, long now) {
			BigInteger back = weight(limit, cost).subtract(drain(limit, time, Math.max(this.time, now)))
				.min(level(limit, now));
			if (back.signum() > 0) {
				this.level = level(limit, now).subtract(back);
				this.time = (this.level.signum() == 0) ? 0 : Math.max(this.time, now);
			}
		}

		@Override
		long timeOf(Limit limit, BigInteger free, long now) {
			return timeOfLevel(limit,
					BigInteger.valueOf(limit.burst())
						.subtract(free)
						.multiply(BigInteger.valueOf(limit.window().toMillis())),
					now);
		}

		@Override
		long timeOfAll(Limit limit, long now) {
			return timeOfLevel(limit, BigInteger.ZERO, now);
		}

		private long timeOfLevel(Limit limit, BigInteger wanted, long now) {
			BigInteger permits = BigInteger.valueOf(limit.permits());
			BigInteger above = level(limit, now).subtract(wanted);
			BigInteger[] parts = above.divideAndRemainder(permits);
			long wait = parts[0].add((parts[1].signum() > 0) ? BigInteger.ONE : BigInteger.ZERO).longValueExact();
			return (level(limit, now).signum() == 0) ? now : Math.max(this.time, now) + wait;
		}

	}

	/** Rejections that count towards a ban, or when the ban ends that they led to. */
	private static final class BanModel {

		private final List<Long> rejections = new ArrayList<>();

		private long end;

		boolean count(Ban ban, long now) {
			if (!this.rejections.isEmpty() && now - this.rejections.get(0) >= ban.within().toMillis()) {
				this.rejections.clear();
			}
			this.end = 0;
			this.rejections.add(now);
			if (this.rejections.size() >= ban.rejections()) {
				this.rejections.clear();
				this.end = now + ban.length().toMillis();
				return true;
			}
			return false;
		}

	}

	private record Spent(long cost, long backAt) {
	}

}
