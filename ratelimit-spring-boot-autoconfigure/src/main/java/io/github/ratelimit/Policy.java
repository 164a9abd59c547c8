package io.github.ratelimit;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A named set of limits: all must hold, or none is charged.
 *
 * @param name what callers, metrics and messages call it: {@code a-z}, {@code 0-9} and
 * {@code -}, at most 64 characters
 * @param algorithm how spent permits come back
 * @param limits at least one, each with a window of its own
 * @param cost permits that one call takes unless it says otherwise; 0 asks without
 * charging
 * @param mode what becomes of calls for which it has no room
 * @param lease permits that each instance of an application may take ahead for a busy key
 * and spend without asking the store; 0 for none, else for the sliding window only
 * @param ban the ban for clients that are rejected repeatedly, or null if there is none;
 * of no effect unless the policy is enforced
 */
public record Policy(String name, Algorithm algorithm, List<Limit> limits, long cost, Mode mode, long lease,
		@Nullable Ban ban) {

	private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

	/**
	 * Creates a policy.
	 * @throws InvalidPolicyException if the name is unfit, the limits are missing, out of
	 * range or contradict each other, or a call could never be allowed
	 */
	public Policy {
		limits = List.copyOf(limits);
		if (!NAME.matcher(name).matches()) {
			throw new InvalidPolicyException("name", name,
					"a policy name of a-z, 0-9 and '-', starting with a letter or digit, at most 64 characters long");
		}
		if (limits.isEmpty()) {
			throw new InvalidPolicyException("limits", "", "at least one limit, such as 100/1m");
		}
		Set<Duration> windows = new HashSet<>();
		for (Limit limit : limits) {
			if (!windows.add(limit.window())) {
				throw new InvalidPolicyException("limits", limit.toString(), "one limit for each window");
			}
			checkBurst(algorithm, limit);
			if (cost < 0 || cost > limit.burst()) {
				throw new InvalidPolicyException("cost", String.valueOf(cost),
						"a cost from 0 to " + limit.burst() + ", which is all that the limit " + limit + " can hold");
			}
			checkLease(algorithm, limit, lease);
		}
		if (ban != null && lease != 0) {
			throw new InvalidPolicyException("ban", ban.toString(),
					"none, because whoever spends leased permits is not seen by the store");
		}
	}

	/** Policies of one name differ in their permits, if in anything. */
	@Override
	public int hashCode() {
		return 31 * this.name.hashCode() + (this.limits.isEmpty() ? 0 : Long.hashCode(this.limits.get(0).permits()));
	}

	/**
	 * Creates a policy without a ban.
	 * @param name what callers, metrics and messages call it
	 * @param algorithm how spent permits come back
	 * @param limits at least one, each with a window of its own
	 * @param cost permits that one call takes unless it says otherwise
	 * @param mode what becomes of calls for which it has no room
	 * @param lease permits that each instance may take ahead for a busy key
	 * @throws InvalidPolicyException as the canonical constructor does
	 */
	public Policy(String name, Algorithm algorithm, List<Limit> limits, long cost, Mode mode, long lease) {
		this(name, algorithm, limits, cost, mode, lease, null);
	}

	/**
	 * Creates a policy that is in force.
	 * @param name what callers, metrics and messages call it
	 * @param algorithm how spent permits come back
	 * @param limits at least one, each with a window of its own
	 * @param cost permits that one call takes unless it says otherwise
	 * @throws InvalidPolicyException as the canonical constructor does
	 */
	public Policy(String name, Algorithm algorithm, List<Limit> limits, long cost) {
		this(name, algorithm, limits, cost, Mode.ENFORCED, 0);
	}

	/**
	 * Creates a policy that is in force, and whose calls cost one permit.
	 * @param name what callers, metrics and messages call it
	 * @param algorithm how spent permits come back
	 * @param limits at least one, each with a window of its own
	 * @throws InvalidPolicyException as the canonical constructor does
	 */
	public Policy(String name, Algorithm algorithm, Limit... limits) {
		this(name, algorithm, List.of(limits), 1);
	}

	/**
	 * Creates a policy that is not in force.
	 * @param name what callers, metrics and messages call it
	 * @return a policy that may be asked, and allows everything
	 * @throws InvalidPolicyException if the name is unfit
	 */
	public static Policy disabled(String name) {
		Limit limit = new Limit(Limit.MAX_PERMITS, Duration.ofSeconds(1));
		return new Policy(name, Algorithm.FIXED_WINDOW, List.of(limit), 1, Mode.OFF, 0);
	}

	/**
	 * The same limits in another mode.
	 * @param mode what is to become of calls for which there is no room
	 * @return the policy; without its lease unless it is enforced, since what only looks
	 * on takes nothing ahead
	 */
	public Policy in(Mode mode) {
		return (mode == this.mode) ? this : new Policy(this.name, this.algorithm, this.limits, this.cost, mode,
				(mode == Mode.ENFORCED) ? this.lease : 0, this.ban);
	}

	/**
	 * The same policy with other limits.
	 * @param limits at least one, each with a window of its own
	 * @return the policy; its lease is no larger than what the limits can hold
	 * @throws InvalidPolicyException as the canonical constructor does
	 */
	public Policy with(List<Limit> limits) {
		long least = limits.stream().mapToLong(Limit::permits).min().orElse(0);
		return new Policy(this.name, this.algorithm, limits, this.cost, this.mode, Math.min(this.lease, least),
				this.ban);
	}

	/**
	 * The same policy with another ban.
	 * @param ban the ban for clients that are rejected repeatedly, or null if there is
	 * none
	 * @return the policy
	 * @throws InvalidPolicyException as the canonical constructor does
	 */
	public Policy with(@Nullable Ban ban) {
		return new Policy(this.name, this.algorithm, this.limits, this.cost, this.mode, this.lease, ban);
	}

	/**
	 * Whether it is in force.
	 * @return false if it is charged nothing
	 */
	public boolean enabled() {
		return this.mode != Mode.OFF;
	}

	/**
	 * Whether it rejects calls.
	 * @return false if it looks on at most
	 */
	public boolean enforced() {
		return this.mode == Mode.ENFORCED;
	}

	/**
	 * Whether it bans clients that are rejected repeatedly.
	 * @return false if it has no ban, or does not reject calls
	 */
	public boolean bans() {
		return this.ban != null && enforced();
	}

	private static void checkLease(Algorithm algorithm, Limit limit, long lease) {
		if (lease != 0 && algorithm != Algorithm.SLIDING_WINDOW) {
			throw new InvalidPolicyException("lease", String.valueOf(lease),
					"none, because only a sliding-window knows when leased permits come back");
		}
		if (lease < 0 || lease > limit.permits()) {
			throw new InvalidPolicyException("lease", String.valueOf(lease),
					"a number from 0 to " + limit.permits() + ", which is all that the limit " + limit + " can hold");
		}
	}

	/**
	 * Level and time of a token bucket are products of permits and milliseconds; both
	 * have to stay whole numbers that a double can hold.
	 */
	private static void checkBurst(Algorithm algorithm, Limit limit) {
		if (algorithm != Algorithm.TOKEN_BUCKET) {
			if (limit.burst() != limit.permits()) {
				throw new InvalidPolicyException("limits", limit.toString(),
						"no burst, because the algorithm is " + algorithm);
			}
			return;
		}
		long window = limit.window().toMillis();
		if (limit.burst() > Limit.MAX_PERMITS / window) {
			throw new InvalidPolicyException("limits", limit.toString(),
					"burst times window in milliseconds to be below 2^53, as a token bucket counts in their product");
		}
		if (limit.burst() * window / limit.permits() > Limit.MAX_WINDOW.toMillis()) {
			throw new InvalidPolicyException("limits", limit.toString(),
					"a burst that comes back within " + Limit.MAX_WINDOW.toDays() + " days");
		}
	}

	/**
	 * What becomes of calls for which a policy has no room.
	 */
	public enum Mode {

		/** They are rejected. */
		ENFORCED,

		/**
		 * They are allowed, and not charged, as if they had been rejected: decisions tell
		 * what the policy would have done.
		 */
		SHADOW,

		/** It is charged nothing, and rejects nobody. */
		OFF

	}

}
