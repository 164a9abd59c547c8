package io.github.ratelimit.autoconfigure;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.LegacyFields;
import io.github.ratelimit.web.PolicyAnswer;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RateLimitProblems;
import io.github.ratelimit.web.RateLimitRejectionHandler;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for what both web stacks share.
 */
@AutoConfiguration(after = RateLimitCallerAutoConfiguration.class)
@ConditionalOnBean(Callers.class)
public final class RateLimitWebAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RateLimitFields rateLimitFields(RateLimitProperties properties) {
		RateLimitProperties.Web web = properties.web();
		return new RateLimitFields(web.headers(), valid("web.legacy", () -> legacy(web.legacy())),
				InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitProblems rateLimitProblems(ReloadablePolicies policies, RateLimitFields fields,
			ObjectProvider<RateLimitRejectionHandler> handlers) {
		return new RateLimitProblems(fields, policies.view(RateLimitWebAutoConfiguration::answers),
				handlers.orderedStream().toList());
	}

	private static Map<String, PolicyAnswer> answers(ConfiguredPolicies policies) {
		Map<String, PolicyAnswer> answers = new LinkedHashMap<>();
		policies.properties().forEach((name, policy) -> {
			PolicyAnswer answer = valid("policies." + name,
					() -> new PolicyAnswer(policy.rejectStatus(), policy.rejectDetail()));
			if (answer.speaks()) {
				answers.put(name, answer);
			}
		});
		return answers;
	}

	@Bean
	ConfiguredRequestPolicies rateLimitRequestPolicies(ReloadablePolicies policies, RateLimitProperties properties,
			ConfigurableListableBeanFactory beans) {
		return new ConfiguredRequestPolicies(policies, new ConfiguredPlans(properties, beans), beans);
	}

	private static LegacyFields legacy(RateLimitProperties.Legacy legacy) {
		return new LegacyFields(legacy.limit(), legacy.remaining(), legacy.reset(), legacy.resetFormat());
	}

	private static <T> T valid(String properties, Supplier<T> value) {
		try {
			return value.get();
		}
		catch (InvalidPolicyException ex) {
			throw new InvalidRateLimitPropertyException(RateLimitProperties.PREFIX + "." + properties + "." + ex.part(),
					ex);
		}
	}

}
