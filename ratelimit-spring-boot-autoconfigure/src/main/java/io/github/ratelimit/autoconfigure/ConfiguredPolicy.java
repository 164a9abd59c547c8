package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy;
import io.github.ratelimit.annotation.RateLimitDeclaration;

/**
 * A policy that is in force, and what was said of it.
 *
 * @param variants all that it may be: for callers of whom nothing is known, then for each
 * plan
 * @param properties what the configuration says of it, and an annotation
 * @param declaration the annotation that declares it in place, or null if none does
 */
record ConfiguredPolicy(List<Policy> variants, RateLimitProperties.Policy properties,
		@Nullable RateLimitDeclaration declaration) {

	ConfiguredPolicy(Policy policy, RateLimitProperties.Policy properties, @Nullable RateLimitDeclaration declaration) {
		this(variants(policy, properties), properties, declaration);
	}

	ConfiguredPolicy {
		if (declaration != null && !declaration.handler()) {
			properties.saidOfRequests().forEach((property, value) -> {
				throw new InvalidPolicyException(property, value,
						"nothing, because the policy is declared on a bean that handles no requests");
			});
		}
	}

	private static List<Policy> variants(Policy policy, RateLimitProperties.Policy properties) {
		List<Policy> variants = new ArrayList<>(List.of(policy));
		variants.addAll(PolicyLimits.plans(policy, properties).values());
		return List.copyOf(variants);
	}

	/** The policy for callers of whom nothing is known. */
	Policy policy() {
		return this.variants.get(0);
	}

	boolean forRequests() {
		return this.declaration == null || this.declaration.handler();
	}

}
