package io.github.ratelimit.web;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy;

/**
 * The plans of a policy. Their names are compared by letters and digits only, in any
 * case, as those of properties are: claims write them in many ways.
 */
public final class RequestPlans implements PolicyChoice {

	private final Map<String, Policy> plans = new HashMap<>();

	private final Policy otherwise;

	private final PlanNames names;

	/**
	 * Creates plans.
	 * @param plans what the policy is, by the names of plans
	 * @param otherwise what it is for requests with another plan, or none
	 * @param names says which plan a request has
	 * @throws InvalidPolicyException if two plans have one name, or one has none
	 */
	public RequestPlans(Map<String, Policy> plans, Policy otherwise, PlanNames names) {
		plans.forEach((name, policy) -> {
			String plan = uniform(name);
			if (plan.isEmpty() || this.plans.put(plan, policy) != null) {
				throw new InvalidPolicyException("plans", name,
						"a name with letters or digits, and not those of another plan in the same order");
			}
		});
		this.otherwise = otherwise;
		this.names = names;
	}

	@Override
	public CompletableFuture<Policy> choose(String key, RateLimitRequest request) {
		return this.names.of(key, request).thenApply(this::named);
	}

	private Policy named(@Nullable String plan) {
		Policy found = (plan != null) ? this.plans.get(uniform(plan)) : null;
		return (found != null) ? found : this.otherwise;
	}

	private static String uniform(String name) {
		StringBuilder uniform = new StringBuilder(name.length());
		name.toLowerCase(Locale.ROOT).codePoints().filter(Character::isLetterOrDigit).forEach(uniform::appendCodePoint);
		return uniform.toString();
	}

}
