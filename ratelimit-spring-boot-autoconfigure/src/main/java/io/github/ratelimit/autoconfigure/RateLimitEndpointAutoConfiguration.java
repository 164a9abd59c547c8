package io.github.ratelimit.autoconfigure;

import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.actuate.RateLimitsEndpoint;
import io.github.ratelimit.actuate.RateLimitsEndpoint.LimitDescriptor;
import io.github.ratelimit.actuate.RateLimitsEndpoint.PolicyDescriptor;
import io.github.ratelimit.resilience.OnFailure;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the endpoint that lists the policies in force.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(RateLimitStore.class)
@ConditionalOnAvailableEndpoint(RateLimitsEndpoint.class)
public final class RateLimitEndpointAutoConfiguration {

	private static final int TOO_MANY_REQUESTS = 429;

	@Bean
	@ConditionalOnMissingBean
	RateLimitsEndpoint rateLimitsEndpoint(RateLimitStore store, ConfiguredPolicies policies,
			RateLimitProperties properties) {
		return new RateLimitsEndpoint(store.name(),
				() -> policies.mapAll((policy, said) -> describe(policy, said, properties.store().onFailure())));
	}

	private static PolicyDescriptor describe(Policy policy, RateLimitProperties.Policy properties,
			OnFailure onFailure) {
		return new PolicyDescriptor(policy.algorithm().toString(),
				policy.limits()
					.stream()
					.map((limit) -> new LimitDescriptor(limit.permits(), limit.windowText(), limit.burst()))
					.toList(),
				properties.cost(), policy.lease(), DurationStyle.SIMPLE.print(properties.maxWait()), properties.key(),
				properties.paths(), properties.excludePaths(), properties.methods(), properties.stage().toString(),
				said(properties.unless()), said(properties.countWhen()), properties.exemptAddresses(),
				properties.exemptRoles(), Objects.requireNonNullElse(properties.rejectStatus(), TOO_MANY_REQUESTS),
				said(properties.rejectDetail()),
				Objects.requireNonNullElse(properties.onFailure(), onFailure).name().toLowerCase(Locale.ROOT));
	}

	private static String said(@Nullable String text) {
		return Objects.requireNonNullElse(text, "");
	}

}
