package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

import io.github.ratelimit.KeyText;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitOverrides;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.activity.KeyActivity;
import io.github.ratelimit.activity.LocalTopKeys;
import io.github.ratelimit.activity.TopKeys;
import io.github.ratelimit.actuate.RateLimitsEndpoint;
import io.github.ratelimit.actuate.RateLimitsEndpointJmxExtension;
import io.github.ratelimit.redis.RedisTopCounts;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the endpoint that lists the policies in force.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(RateLimitStore.class)
@ConditionalOnAvailableEndpoint(RateLimitsEndpoint.class)
public final class RateLimitEndpointAutoConfiguration {

	private static final Duration PAUSE = Duration.ofSeconds(10);

	@Bean
	KeyActivity rateLimitKeyActivity(ReloadablePolicies policies, ObjectProvider<RedisTopCounts> redis) {
		RedisTopCounts shared = redis.getIfAvailable();
		TopKeys top = (shared != null) ? shared::add : new LocalTopKeys(KeyActivity.TIME, InstantSource.system());
		return new KeyActivity(top, (policy, key) -> {
			Map<String, RateLimitProperties.Policy> all = policies.now().properties();
			RateLimitProperties.Policy said = all.get(policy);
			if (said == null && policy.endsWith(Policy.CANDIDATE)) {
				said = all.get(policy.substring(0, policy.length() - Policy.CANDIDATE.length()));
			}
			return (said != null && Boolean.TRUE.equals(said.hashKeys())) ? KeyText.hash(key) : key;
		});
	}

	@Bean
	Repetition rateLimitKeyActivityReports(KeyActivity activity) {
		return new Repetition(activity::handIn, PAUSE, Duration.ZERO);
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitsEndpoint rateLimitsEndpoint(RateLimitStore store, RateLimiter limiter, RateLimitOverrides overrides,
			ReloadablePolicies policies, RateLimitProperties properties, Environment environment, KeyActivity activity,
			ApplicationEventPublisher publisher) {
		return new RateLimitsEndpoint(store.name(),
				new ConfiguredDescriptors(policies, properties, new PropertyOrigins(environment), overrides, activity),
				limiter, overrides, (event) -> publisher.publishEvent(new AuditApplicationEvent(event)));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(endpoint = RateLimitsEndpoint.class, exposure = EndpointExposure.JMX)
	RateLimitsEndpointJmxExtension rateLimitsEndpointJmxExtension(RateLimitsEndpoint endpoint) {
		return new RateLimitsEndpointJmxExtension(endpoint);
	}

}
