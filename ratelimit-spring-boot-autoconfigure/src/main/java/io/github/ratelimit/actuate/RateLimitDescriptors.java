package io.github.ratelimit.actuate;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitOverride;

/**
 * What the endpoint tells.
 */
public final class RateLimitDescriptors {

	private RateLimitDescriptors() {
	}

	/**
	 * A mode as configuration and operators write it.
	 * @param mode the mode
	 * @return such as {@code shadow}
	 */
	public static String text(Policy.Mode mode) {
		return mode.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * All policies.
	 *
	 * @param store the kind of store that decides
	 * @param override what overrides all policies, or null if nothing does
	 * @param policies the policies in force, by name
	 * @param overrides all that holds instead of the configuration
	 */
	public record RateLimits(String store, @Nullable OverrideDescriptor override,
			Map<String, PolicyDescriptor> policies, List<OverrideDescriptor> overrides) {
	}

	/**
	 * A policy, and to what it applies, in the words of the configuration.
	 *
	 * @param mode what becomes of calls for which there is no room, unless overridden
	 * @param algorithm how spent permits come back
	 * @param limits its limits, unless overridden; with plans, those of callers of whom
	 * nothing is known
	 * @param plans limits of callers with a plan, by its name
	 * @param plan what says which plan a request has; empty if there are none
	 * @param defaultPlan the plan of the others; empty if they have none
	 * @param cost permits per call
	 * @param lease permits that each instance may take ahead for a busy key
	 * @param ban the ban for clients that are rejected repeatedly, or null if there is
	 * none
	 * @param maxWait how long a call to someone else may wait for them
	 * @param key who is counted
	 * @param paths to which requests it applies; none if only where it is named
	 * @param excludePaths to which of these it does not
	 * @param methods to which methods; to all if empty
	 * @param stage when it is enforced
	 * @param unless what is exempt; empty if nothing is
	 * @param countWhen which responses are counted; empty if all are
	 * @param exemptAddresses which clients are exempt by address
	 * @param exemptRoles which principals are exempt by role
	 * @param rejectStatus status of responses to rejected calls
	 * @param rejectDetail what callers are told then; empty for what the library says
	 * @param onFailure what holds while the store cannot decide
	 * @param source where it was defined
	 * @param override what overrides it for all callers, or null if nothing does
	 */
	public record PolicyDescriptor(String mode, String algorithm, List<LimitDescriptor> limits,
			Map<String, List<LimitDescriptor>> plans, String plan, String defaultPlan, String cost, long lease,
			@Nullable String ban, String maxWait, List<String> key, List<String> paths, List<String> excludePaths,
			List<String> methods, String stage, String unless, String countWhen, List<String> exemptAddresses,
			List<String> exemptRoles, int rejectStatus, String rejectDetail, String onFailure, String source,
			@Nullable OverrideDescriptor override) {
	}

	/**
	 * A policy, and what it meets.
	 *
	 * @param policy its name
	 * @param definition the policy
	 */
	public record PolicyDetails(String policy, PolicyDescriptor definition) {
	}

	/**
	 * A limit.
	 *
	 * @param permits how many permits come back per window
	 * @param window the time in which they come back
	 * @param burst how many can be spent at once
	 */
	public record LimitDescriptor(long permits, String window, long burst) {

		/**
		 * Describes a limit.
		 * @param limit the limit
		 */
		public LimitDescriptor(Limit limit) {
			this(limit.permits(), limit.windowText(), limit.burst());
		}

		/**
		 * Describes the limits of a policy.
		 * @param policy the policy, or null if there is none
		 * @return its limits, in its order
		 */
		public static List<LimitDescriptor> of(@Nullable Policy policy) {
			return (policy != null) ? policy.limits().stream().map(LimitDescriptor::new).toList() : List.of();
		}

	}

	/**
	 * How the limits of one caller stand.
	 *
	 * @param policy the policy
	 * @param key the caller
	 * @param mode what becomes of its calls for which there is no room
	 * @param override what overrides the policy for it alone, or null if nothing does
	 * @param limits its limits; none if the policy is off for it
	 * @param bannedForMillis milliseconds until it is not banned any more; 0 if it is not
	 */
	public record CallerDescriptor(String policy, String key, String mode, @Nullable OverrideDescriptor override,
			List<LimitStateDescriptor> limits, long bannedForMillis) {
	}

	/**
	 * How a limit stands.
	 *
	 * @param permits how many permits come back per window
	 * @param window the time in which they come back
	 * @param burst how many can be spent at once
	 * @param remaining permits that are left
	 * @param replenishAfterMillis milliseconds until more come back; 0 if none are
	 * missing
	 * @param resetAfterMillis milliseconds until all are back
	 */
	public record LimitStateDescriptor(long permits, String window, long burst, long remaining,
			long replenishAfterMillis, long resetAfterMillis) {

		LimitStateDescriptor(LimitState state) {
			this(state.limit().permits(), state.limit().windowText(), state.limit().burst(), state.remaining(),
					state.replenishAfter().toMillis(), state.resetAfter().toMillis());
		}

	}

	/**
	 * An override.
	 *
	 * @param policy the policy, or null for all
	 * @param key the caller, or null for all
	 * @param limits what holds instead of the policy's limits; empty if these stay
	 * @param mode what becomes of calls for which there is no room; null if that stays
	 * @param until when it ends; null if it lasts until it is taken back
	 * @param reason why it was made
	 * @param by who has made it
	 * @param at when it was made
	 */
	public record OverrideDescriptor(@Nullable String policy, @Nullable String key, List<String> limits,
			@Nullable String mode, @Nullable Instant until, String reason, String by, Instant at) {

		OverrideDescriptor(RateLimitOverride override) {
			this(override.policy(), override.key(), override.limits().stream().map(Limit::toString).toList(),
					(override.mode() != null) ? text(override.mode()) : null, override.until(), override.reason(),
					override.by(), override.at());
		}

		/**
		 * Describes an override.
		 * @param override the override, or null if there is none
		 * @return what is told of it, or null
		 */
		public static @Nullable OverrideDescriptor of(@Nullable RateLimitOverride override) {
			return (override != null) ? new OverrideDescriptor(override) : null;
		}

		/** What it is about, as audit events tell. */
		static Map<String, Object> about(@Nullable String policy, @Nullable String key) {
			Map<String, Object> data = new LinkedHashMap<>();
			data.put("policy", (policy != null) ? policy : "*");
			data.put("key", (key != null) ? key : "*");
			return data;
		}

		Map<String, Object> toMap() {
			Map<String, Object> data = about(this.policy, this.key);
			data.put("limits", String.join(", ", this.limits));
			data.put("mode", (this.mode != null) ? this.mode : "");
			data.put("until", (this.until != null) ? this.until.toString() : "");
			data.put("reason", this.reason);
			return data;
		}

	}

}
