package io.github.ratelimit;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Policy.Mode;

/**
 * A change of what the configuration says, made while the application runs: of one
 * caller's limits, of one policy, or of all policies.
 *
 * @param policy the name of the policy, or null for all of them
 * @param key the caller, or null for all of them
 * @param limits what holds instead of the policy's limits; empty if these stay
 * @param mode what becomes of calls for which there is no room, or null if that stays
 * @param until when it ends, or null if it lasts until it is taken back
 * @param reason why it was made, at most 500 characters
 * @param by who has made it; empty if that is not known
 * @param at when it was made
 */
public record RateLimitOverride(@Nullable String policy, @Nullable String key, List<Limit> limits, @Nullable Mode mode,
		@Nullable Instant until, String reason, String by, Instant at) {

	private static final int MAX_TEXT = 500;

	/**
	 * Creates an override.
	 * @throws InvalidPolicyException if it changes nothing, or of all policies something
	 * else than that they are enforced
	 */
	public RateLimitOverride {
		limits = List.copyOf(limits);
		if (policy == null && key != null) {
			throw new InvalidPolicyException("key", key, "none, because no policy is named");
		}
		if (limits.isEmpty() && mode == null) {
			throw new InvalidPolicyException("limits", "", "limits such as 100/1m, or a mode");
		}
		if (policy == null && !limits.isEmpty()) {
			throw new InvalidPolicyException("limits", limits.get(0).toString(),
					"none, because policies have limits of their own");
		}
		if (policy == null && mode == Mode.ENFORCED) {
			throw new InvalidPolicyException("mode", "enforced",
					"'shadow' or 'off', because policies that look on do so on purpose");
		}
		if (reason.length() > MAX_TEXT) {
			throw new InvalidPolicyException("reason", reason, "a text of at most " + MAX_TEXT + " characters");
		}
	}

	/**
	 * Whether it holds.
	 * @param now a time
	 * @return false if it has ended by then
	 */
	public boolean holds(Instant now) {
		return this.until == null || now.isBefore(this.until);
	}

	/**
	 * A policy as it is under this override.
	 * @param configured the policy
	 * @return the policy with other limits, in another mode, or both
	 * @throws InvalidPolicyException if the limits do not go with its algorithm or its
	 * cost
	 */
	public Policy applyTo(Policy configured) {
		Mode changed = (this.mode != null) ? this.mode : configured.mode();
		if (this.policy == null) {
			return configured.in((changed.compareTo(configured.mode()) > 0) ? changed : configured.mode());
		}
		return (this.limits.isEmpty() ? configured : configured.with(this.limits)).in(changed);
	}

	/** What is overridden, as one word: no policy has a colon in its name. */
	String name() {
		return name(this.policy, this.key);
	}

	static String name(@Nullable String policy, @Nullable String key) {
		return ((policy != null) ? policy : "") + ":" + ((key != null) ? key : "");
	}

}
