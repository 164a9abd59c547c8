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

	public Decision acquire(List<Charge> charges, long now) {
		boolean allowed = charges.stream()
			.allMatch((charge) -> charge.policy()
				.limits()
				.stream()
				.allMatch((limit) -> model(charge, limit).hasRoom(limit, charge.cost(), now)));
		List<LimitState> states = new ArrayList<>();
		for (Charge charge : charges) {
			for (Limit limit : charge.policy().limits()) {
				LimitModel model = model(charge, limit);
				if (allowed && charge.cost() > 0) {
					model.charge(limit, charge.cost(), now);
				}
				Duration retryAfter = (allowed || model.hasRoom(limit, charge.cost(), now)) ? Duration.ZERO
						: model.retryAfter(limit, charge.cost(), now);
				states.add(new LimitState(charge, limit, model.free(limit, now).max(BigInteger.ZERO).longValueExact(),
						retryAfter, model.replenishAfter(limit, now), model.resetAfter(limit, now)));
			}
		}
		return new Decision(allowed, now, states);
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
			this.log = new ArrayList<>(this.log.stream().filter((spent) -> spent.backAt() > now).toList());
			this.log.add(new Spent(cost, backAt(limit, now)));
		}

		private long backAt(Limit limit, long now) {
			long window = limit.window().toMillis();
			if (this.algorithm == Algorithm.FIXED_WINDOW) {
				return this.log.isEmpty() ? now + window : this.log.get(0).backAt();
			}
			long cell = (window + 63) / 64;
			long lastOfCell = Math.floorDiv(now, cell) * cell + cell - 1;
			long newest = this.log.isEmpty() ? 0 : this.log.get(this.log.size() - 1).backAt();
			return Math.max(lastOfCell + window, newest);
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
			BigInteger full = BigInteger.valueOf(limit.burst()).multiply(BigInteger.valueOf(limit.window().toMillis()));
			BigInteger gone = BigInteger.valueOf(Math.max(0, now - this.time))
				.multiply(BigInteger.valueOf(limit.permits()));
			return this.level.min(full).subtract(gone).max(BigInteger.ZERO);
		}

		@Override
		BigInteger free(Limit limit, long now) {
			BigInteger window = BigInteger.valueOf(limit.window().toMillis());
			BigInteger room = BigInteger.valueOf(limit.burst()).multiply(window).subtract(level(limit, now));
			return room.divide(window);
		}

		@Override
		void charge(Limit limit, long cost, long now) {
			this.level = level(limit, now)
				.add(BigInteger.valueOf(cost).multiply(BigInteger.valueOf(limit.window().toMillis())));
			this.time = Math.max(this.time, now);
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

	private record Spent(long cost, long backAt) {
	}

}
