package io.github.ratelimit.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.OnPropertyListCondition;

/**
 * Matches if clients are listed by their addresses.
 */
abstract class OnAddressesCondition extends OnPropertyListCondition {

	private OnAddressesCondition(String property) {
		super(RateLimitProperties.PREFIX + ".web." + property, () -> ConditionMessage.forCondition("Listed addresses"));
	}

	/** Matches if some are refused. */
	static final class Banned extends OnAddressesCondition {

		Banned() {
			super("banned-addresses");
		}

	}

	/** Matches if some are never limited. */
	static final class Allowed extends OnAddressesCondition {

		Allowed() {
			super("allowed-addresses");
		}

	}

}
