package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.client.OutboundRateLimits;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ClientHttpRequestInterceptor;

/**
 * Auto-configuration for limits on calls to others.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnClass(ClientHttpRequestInterceptor.class)
@ConditionalOnBean(RateLimiter.class)
public final class RateLimitClientAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	OutboundRateLimits outboundRateLimits(RateLimiter rateLimiter, ReloadablePolicies policies) {
		return new OutboundRateLimits(rateLimiter,
				policies.view((now) -> now.mapAll(RateLimitClientAutoConfiguration::maxWait)));
	}

	private static Duration maxWait(Policy policy, RateLimitProperties.Policy properties) {
		Duration maxWait = properties.maxWait();
		if (maxWait.isNegative()) {
			throw new InvalidPolicyException("max-wait", maxWait.toString(), "a time of zero or more");
		}
		if (!maxWait.isZero() && !properties.paths().isEmpty()) {
			throw new InvalidPolicyException("max-wait", maxWait.toString(),
					"none, because requests to the policy's paths never wait");
		}
		return maxWait;
	}

}
