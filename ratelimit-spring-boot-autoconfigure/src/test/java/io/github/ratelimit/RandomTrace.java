package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Seeded random policies, calls and settlements of earlier calls, with numbers up to
 * their bounds and times that stand still or run backwards.
 */
public final class RandomTrace {

	private static final int STEPS = 60;

	private final Random random;

	private final Algorithm algorithm;

	private final String name;

	public RandomTrace(Algorithm algorithm, long seed) {
		this.algorithm = algorithm;
		this.random = new Random(seed);
		this.name = algorithm + "-" + seed;
	}

	/** Steps under one to three policies of fresh callers, in order. */
	public List<Step> steps() {
		List<Policy> policies = new ArrayList<>();
		for (int i = 0; i <= this.random.nextInt(3); i++) {
			policies.add(policy(this.name.replaceAll("[^a-z0-9]+", "-") + "-" + i));
		}
		long now = 1_700_000_000_000L + this.random.nextInt(1_000_000);
		List<Step> steps = new ArrayList<>();
		List<Call> unsettled = new ArrayList<>();
		while (steps.size() < STEPS) {
			int changed = this.random.nextInt(policies.size());
			if (this.random.nextInt(15) == 0) {
				policies.set(changed, withOtherPermits(policies.get(changed)));
			}
			List<Charge> charges = charges(policies);
			Call call = new Call(now, charges);
			steps.add(call);
			unsettled.add(call);
			now = Math.max(0, now + step(charges.get(0).policy()));
			while (!unsettled.isEmpty() && this.random.nextInt(5) < 2) {
				settle(unsettled, now, steps);
				now = Math.max(0, now + step(charges.get(0).policy()));
			}
		}
		return steps;
	}

	/** Settles one call, and asks how its limits stand then. */
	private void settle(List<Call> unsettled, long now, List<Step> steps) {
		int last = unsettled.size() - 1;
		Call call = unsettled.remove(this.random.nextBoolean() ? last : this.random.nextInt(last + 1));
		steps.add(new Settlement(now, call, call.charges().stream().map((charge) -> actual(charge)).toList()));
		steps.add(new Call(now, call.charges().stream().map((charge) -> withCost(charge, 0)).toList()));
	}

	private Charge actual(Charge charge) {
		return switch (this.random.nextInt(8)) {
			case 0, 1 -> withCost(charge, 0);
			case 2 -> charge;
			case 3 -> withCost(charge, Math.max(0, charge.cost() - 1));
			case 4, 5 -> withCost(charge, between(0, charge.cost()));
			case 6 -> withCost(charge, Math.min(charge.cost() + 1, Limit.MAX_PERMITS));
			default -> withCost(charge, magnitude(Limit.MAX_PERMITS));
		};
	}

	private static Charge withCost(Charge charge, long cost) {
		return new Charge(charge.policy(), charge.key(), cost);
	}

	private List<Charge> charges(List<Policy> policies) {
		List<Charge> charges = new ArrayList<>();
		for (Policy policy : policies) {
			if (charges.isEmpty() || this.random.nextBoolean()) {
				charges.add(new Charge(policy, "caller", cost(policy)));
			}
		}
		return charges;
	}

	private long cost(Policy policy) {
		long burst = policy.limits().get(this.random.nextInt(policy.limits().size())).burst();
		return switch (this.random.nextInt(10)) {
			case 0 -> 0;
			case 1 -> burst;
			case 2 -> Math.min(burst + 1 + this.random.nextInt(3), Limit.MAX_PERMITS);
			case 3, 4, 5 -> Math.min(1 + burst / (1 + this.random.nextInt(20)), Limit.MAX_PERMITS);
			default -> 1;
		};
	}

	private long step(Policy policy) {
		Limit limit = policy.limits().get(this.random.nextInt(policy.limits().size()));
		long window = limit.window().toMillis();
		return switch (this.random.nextInt(12)) {
			case 0, 1, 2 -> 0;
			case 3, 4, 5, 6 -> between(0, 1 + window / 32);
			case 7 -> between(0, window);
			case 8 -> window + between(-1, 1);
			case 9 -> between(0, 3 * window);
			case 10 -> -between(0, Math.min(2 * window, 1_000_000_000));
			default -> between(0, 3);
		};
	}

	private Policy policy(String policyName) {
		List<Limit> limits = new ArrayList<>();
		Set<Duration> windows = new HashSet<>();
		for (int i = 0; i <= this.random.nextInt(3); i++) {
			Limit limit = limit(this.algorithm, null);
			if (windows.add(limit.window())) {
				limits.add(limit);
			}
		}
		return new Policy(policyName, this.algorithm, limits, 0).with(ban(limits)).in(mode());
	}

	/** None for some policies, and so that it may end within the trace for the others. */
	private @Nullable Ban ban(List<Limit> limits) {
		long window = Math.min(limits.get(0).window().toMillis(), Limit.MAX_WINDOW.toMillis() / 4);
		return this.random.nextBoolean() ? null : new Ban(between(1, 4), Duration.ofMillis(between(1, 3 * window)),
				Duration.ofMillis(between(1, 1 + window / (1 + this.random.nextInt(64)))));
	}

	private Policy withOtherPermits(Policy policy) {
		List<Limit> limits = policy.limits()
			.stream()
			.map((limit) -> limit(policy.algorithm(), limit.window()))
			.toList();
		Ban ban = (policy.ban() != null && this.random.nextBoolean()) ? ban(limits) : policy.ban();
		return new Policy(policy.name(), policy.algorithm(), limits, 0).with((ban != null) ? ban : policy.ban())
			.in(mode());
	}

	private Policy.Mode mode() {
		return (this.random.nextInt(3) == 0) ? Policy.Mode.SHADOW : Policy.Mode.ENFORCED;
	}

	private Limit limit(Algorithm algorithm, Duration sameWindow) {
		while (true) {
			Duration window = (sameWindow != null) ? sameWindow : window();
			long permits = magnitude(Limit.MAX_PERMITS);
			long burst = permits;
			if (algorithm == Algorithm.TOKEN_BUCKET) {
				long most = Limit.MAX_PERMITS / window.toMillis();
				burst = (this.random.nextInt(5) == 0) ? most : magnitude(most);
			}
			try {
				Limit limit = new Limit(permits, window, burst);
				return new Policy("fits", algorithm, List.of(limit), 0).limits().get(0);
			}
			catch (InvalidPolicyException ex) {
				// The refill takes too long: draw again.
			}
		}
	}

	private Duration window() {
		return Duration.ofMillis(switch (this.random.nextInt(4)) {
			case 0 -> between(1, 200);
			case 1 -> 1000L * between(1, 3600);
			case 2 -> (this.random.nextInt(5) == 0) ? Limit.MAX_WINDOW.toMillis() : 60_000;
			default -> magnitude(Limit.MAX_WINDOW.toMillis());
		});
	}

	/** From 1 to the most: small numbers, numbers of every size, and the most itself. */
	private long magnitude(long most) {
		return switch (this.random.nextInt(8)) {
			case 0 -> most;
			case 1 -> Math.max(1, most - this.random.nextInt(3));
			case 2, 3 -> between(1, Math.max(1, most >>> this.random.nextInt(53)));
			default -> between(1, Math.min(most, 30));
		};
	}

	private long between(long from, long to) {
		return (from >= to) ? from : this.random.nextLong(from, to + 1);
	}

	/** What happens at a time, in milliseconds. */
	public sealed interface Step {

		long now();

	}

	/**
	 * One call.
	 *
	 * @param now its time
	 * @param charges what it must pay
	 */
	public record Call(long now, List<Charge> charges) implements Step {
	}

	/**
	 * The settlement of an earlier call, if that was allowed.
	 *
	 * @param now its time
	 * @param call which call
	 * @param actual what it really had to pay
	 */
	public record Settlement(long now, Call call, List<Charge> actual) implements Step {

		/** What the call had to pay of what it was charged. */
		public List<Charge> actual(Decision decision) {
			return IntStream.range(0, this.actual.size()).mapToObj((i) -> {
				Charge charged = this.call.charges().get(i);
				return decision.charged(charged) ? this.actual.get(i) : charged;
			}).toList();
		}

	}

}
