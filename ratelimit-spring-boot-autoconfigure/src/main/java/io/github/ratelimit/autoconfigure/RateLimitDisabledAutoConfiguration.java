package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.client.OutboundRateLimits;
import io.github.ratelimit.resilience.AllowingRateLimitStore;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Auto-configuration for applications that are not to be limited, and yet ask: every call
 * is allowed, under whatever policy it names. The configuration is not looked at.
 */
@AutoConfiguration
@Conditional(OnDisabledCondition.class)
public final class RateLimitDisabledAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RateLimiter rateLimiter() {
		return new RateLimiter(new AllowingRateLimitStore(), Policy::disabled, List.of());
	}

	@Bean
	@ConditionalOnMissingBean
	OutboundRateLimits outboundRateLimits(RateLimiter rateLimiter) {
		return new OutboundRateLimits(rateLimiter, Map::of);
	}

}
