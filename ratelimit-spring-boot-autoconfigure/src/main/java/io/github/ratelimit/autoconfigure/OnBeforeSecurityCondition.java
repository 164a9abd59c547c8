package io.github.ratelimit.autoconfigure;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.web.Stage;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if a policy is enforced before security: without one, no filter is worth its
 * way. Where the configuration may change, there may come to be one.
 */
final class OnBeforeSecurityCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage
			.forCondition("Rate limit policy with stage before-security");
		if (ReloadablePolicies.possible(context.getClassLoader())) {
			return ConditionOutcome.match(message.because("there may come to be one"));
		}
		boolean found = Binder.get(context.getEnvironment())
			.bind(RateLimitProperties.PREFIX + ".policies", Bindable.mapOf(String.class, Said.class))
			.orElse(Map.of())
			.values()
			.stream()
			.anyMatch((policy) -> policy.stage() == Stage.BEFORE_SECURITY);
		return found ? ConditionOutcome.match(message.because("there is one"))
				: ConditionOutcome.noMatch(message.because("there is none"));
	}

	record Said(@Nullable Stage stage) {
	}

}
