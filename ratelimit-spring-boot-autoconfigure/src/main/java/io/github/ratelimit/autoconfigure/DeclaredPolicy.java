package io.github.ratelimit.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.annotation.RateLimitDeclaration;

/**
 * What an annotation says, as if it stood in the configuration.
 */
final class DeclaredPolicy {

	private DeclaredPolicy() {
	}

	/**
	 * Translates an annotation.
	 * @throws InvalidPolicyException if limits or cost cannot be read
	 */
	static RateLimitProperties.Policy of(RateLimitDeclaration declaration) {
		return new RateLimitProperties.Policy(limits(declaration.limits()), null, null, null,
				declaration.inPlace() ? declaration.algorithm() : null, null, null, null, key(declaration),
				cost(declaration), null, null, null, said(declaration.unless()), said(declaration.countWhen()), null,
				null, null, declaration.enforce() ? null : false, null, null, null, null);
	}

	/** A mistake in an annotation is one even if the configuration conceals it. */
	static RateLimitProperties.Policy checked(RateLimitDeclaration declaration) {
		try {
			RateLimitProperties.Policy properties = of(declaration);
			if (!declaration.limits().isEmpty()) {
				PolicyLimits.standard(declaration.policy(), properties);
			}
			return properties;
		}
		catch (InvalidPolicyException ex) {
			throw declaration.invalid(ex);
		}
	}

	private static @Nullable String said(String text) {
		return text.isEmpty() ? null : text;
	}

	private static @Nullable List<LimitProperties> limits(List<String> limits) {
		return limits.isEmpty() ? null
				: limits.stream().flatMap((text) -> Limit.parseAll(text).stream()).map(LimitProperties::of).toList();
	}

	private static @Nullable List<String> key(RateLimitDeclaration declaration) {
		if (!declaration.key().isEmpty()) {
			return declaration.key();
		}
		return (declaration.inPlace() && !declaration.handler()) ? List.of("all") : null;
	}

	private static @Nullable String cost(RateLimitDeclaration declaration) {
		String cost = declaration.cost();
		if (cost.matches("\\d{1,16}")) {
			return cost;
		}
		if (declaration.handler() && !cost.isEmpty()) {
			throw new InvalidPolicyException("cost", cost,
					"a number, because handlers are charged before their arguments are known");
		}
		return null;
	}

}
