package io.github.ratelimit;

import java.util.List;

/**
 * What a call must pay now of what it was asked to pay: under policies as they are
 * overridden, without those that are not in force.
 *
 * @param overrides what holds instead of what policies say
 */
record DueCharges(RateLimitOverrides overrides) {

	/**
	 * Finds what is due.
	 * @throws IllegalArgumentException if there is nothing to charge, or the same caller
	 * twice under one policy
	 */
	List<Charge> of(List<Charge> charges) {
		if (charges.isEmpty()) {
			throw new IllegalArgumentException("There is nothing to charge");
		}
		checkCallers(charges);
		return List.copyOf(inForce(this.overrides.effective(charges)));
	}

	/** Policies that are not in force are the exception: mostly, nothing is copied. */
	static List<Charge> inForce(List<Charge> charges) {
		for (Charge charge : charges) {
			if (!charge.policy().enabled()) {
				return charges.stream().filter((other) -> other.policy().enabled()).toList();
			}
		}
		return charges;
	}

	static void checkCallers(List<Charge> charges) {
		for (int i = 1; i < charges.size(); i++) {
			Charge charge = charges.get(i);
			for (int j = 0; j < i; j++) {
				Charge other = charges.get(j);
				if (other.key().equals(charge.key()) && other.policy().name().equals(charge.policy().name())) {
					throw new IllegalArgumentException(
							"Policy '" + charge.policy().name() + "' is charged twice for the same key");
				}
			}
		}
	}

}
