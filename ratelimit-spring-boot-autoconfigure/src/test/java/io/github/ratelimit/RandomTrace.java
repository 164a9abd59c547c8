package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Seeded random policies and calls, with numbers up to their bounds and times that stand
 * still or run backwards.
 */
public final class RandomTrace {

	private static final int CALLS = 40;

	private final Random random;

	private final Algorithm algorithm;

	private final String name;

	public RandomTrace(Algorithm algorithm, long seed) {
		this.algorithm = algorithm;
		this.random = new Random(seed);
		this.name = algorithm + "-" + seed;
	}

	/** Calls under one to three policies of fresh callers, in order. */
	public List<Call> calls() {
		List<Policy> policies = new ArrayList<>();
		for (int i = 0; i <= this.random.nextInt(3); i++) {
			policies.add(policy(this.name.replaceAll("[^a-z0-9]+", "-") + "-" + i));
		}
		long now = 1_700_000_000_000L + this.random.nextInt(1_000_000);
		List<Call> calls = new ArrayList<>();
		while (calls.size() < CALLS) {
			int changed = this.random.nextInt(policies.size());
			if (this.random.nextInt(15) == 0) {
				policies.set(changed, withOtherPermits(policies.get(changed)));
			}
			List<Charge> charges = charges(policies);
			calls.add(new Call(now, charges));
			now = Math.max(0, now + step(charges.get(0).policy()));
		}
		return calls;
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
		return new Policy(policyName, this.algorithm, limits, 0);
	}

	private Policy withOtherPermits(Policy policy) {
		List<Limit> limits = policy.limits()
			.stream()
			.map((limit) -> limit(policy.algorithm(), limit.window()))
			.toList();
		return new Policy(policy.name(), policy.algorithm(), limits, 0);
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

	/**
	 * One call.
	 *
	 * @param now its time in milliseconds
	 * @param charges what it must pay
	 */
	public record Call(long now, List<Charge> charges) {
	}

}
