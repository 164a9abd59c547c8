package io.github.ratelimit.autoconfigure;

import java.util.Map;
import java.util.function.Predicate;

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
 * Matches if a policy asks for something that costs every request: without one, no filter
 * is worth its way.
 */
abstract class OnPolicyCondition extends SpringBootCondition {

	private final String what;

	private final Predicate<Said> asks;

	private OnPolicyCondition(String what, Predicate<Said> asks) {
		this.what = what;
		this.asks = asks;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Rate limit policy with " + this.what);
		boolean found = Binder.get(context.getEnvironment())
			.bind(RateLimitProperties.PREFIX + ".policies", Bindable.mapOf(String.class, Said.class))
			.orElse(Map.of())
			.values()
			.stream()
			.anyMatch(this.asks);
		return found ? ConditionOutcome.match(message.because("there is one"))
				: ConditionOutcome.noMatch(message.because("there is none"));
	}

	record Said(@Nullable Stage stage, @Nullable String countWhen) {
	}

	/** Matches if a policy is enforced before security. */
	static final class BeforeSecurity extends OnPolicyCondition {

		BeforeSecurity() {
			super("stage before-security", (policy) -> policy.stage() == Stage.BEFORE_SECURITY);
		}

	}

	/** Matches if a policy does not count all responses. */
	static final class CountWhen extends OnPolicyCondition {

		CountWhen() {
			super("count-when", (policy) -> policy.countWhen() != null);
		}

	}

}
