package io.github.ratelimit.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

/**
 * Makes policies of what the configuration says of limits: those of everybody or of a
 * plan.
 */
final class PolicyLimits {

	private PolicyLimits() {
	}

	/**
	 * A policy as it is for callers of whom nothing is known.
	 * @throws InvalidPolicyException if something is missing, malformed, or contradicts
	 * something else
	 */
	static Policy standard(String name, RateLimitProperties.Policy said) {
		checkPlans(said);
		List<Limit> limits = limits((said.defaultPlan() != null) ? planned(said.defaultPlan(), said) : said.limits());
		return new Policy(name, said.algorithm(), limits, said.fixedCost(), Policy.Mode.ENFORCED, lease(said, limits))
			.with((said.ban() != null) ? said.ban().toBan() : null)
			.in(said.mode());
	}

	/** What a policy is for callers with a plan, by its name. */
	static Map<String, Policy> plans(Policy standard, RateLimitProperties.Policy said) {
		Map<String, Policy> plans = new LinkedHashMap<>();
		said.plans()
			.forEach((plan, limits) -> plans.put(plan, in("plans." + plan, () -> standard.with(limits(limits)))));
		return plans;
	}

	private static void checkPlans(RateLimitProperties.Policy said) {
		boolean plans = !said.plans().isEmpty();
		check(plans || said.plan() == null, "plan", said.plan(), "nothing, because the policy has no plans");
		check(plans || said.defaultPlan() == null, "default-plan", said.defaultPlan(),
				"nothing, because the policy has no plans");
		check(!plans || said.plan() != null, "plan", said.plan(),
				"an expression such as claim('plan') that chooses one of " + said.plans().keySet());
		check(!plans || said.saysLimits(), "default-plan", said.defaultPlan(),
				"one of " + said.plans().keySet() + ", or limits, for callers without a plan");
		check(said.defaultPlan() == null || said.limits().isEmpty(), "default-plan", said.defaultPlan(),
				"nothing, because callers without a plan have the limits of the policy");
	}

	private static List<LimitProperties> planned(String plan, RateLimitProperties.Policy said) {
		List<LimitProperties> limits = said.plans().get(plan);
		if (limits == null) {
			throw new InvalidPolicyException("default-plan", plan, "one of " + said.plans().keySet(),
					said.plans().keySet());
		}
		return limits;
	}

	private static void check(boolean right, String part, @Nullable String value, String expected) {
		if (!right) {
			throw new InvalidPolicyException(part, (value != null) ? value : "", expected);
		}
	}

	/** A lease for a large plan is not to be refused because of a small one. */
	private static long lease(RateLimitProperties.Policy said, List<Limit> limits) {
		return said.plans().isEmpty() ? said.lease()
				: Math.min(said.lease(), limits.stream().mapToLong(Limit::permits).min().orElse(0));
	}

	private static List<Limit> limits(List<LimitProperties> limits) {
		return limits.stream().map(LimitProperties::toLimit).toList();
	}

	private static <T> T in(String part, Supplier<T> result) {
		try {
			return result.get();
		}
		catch (InvalidPolicyException ex) {
			throw new InvalidPolicyException(part, ex.value(), ex.expected());
		}
	}

}
