package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether nothing is to be limited. What says neither that nor the opposite would leave
 * the application without limits unnoticed, so it is refused.
 */
final class OnDisabledCondition extends SpringBootCondition {

	private static final String ENABLED = RateLimitProperties.PREFIX + ".enabled";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Environment environment = context.getEnvironment();
		String enabled = environment.getProperty(ENABLED, "true");
		if (!enabled.equalsIgnoreCase("true") && !enabled.equalsIgnoreCase("false")) {
			throw new InvalidRateLimitPropertyException(ENABLED,
					new InvalidPolicyException("enabled", enabled, "true or false"));
		}
		return new ConditionOutcome(enabled.equalsIgnoreCase("false"), ENABLED + " is " + enabled);
	}

}
