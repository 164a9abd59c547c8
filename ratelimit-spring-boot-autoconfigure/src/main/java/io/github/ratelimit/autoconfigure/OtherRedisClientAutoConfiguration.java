package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.RateLimitStore;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Auto-configuration for applications that reach Redis without Lettuce: they do not
 * start, because limits that look shared and are not would be worse.
 */
@AutoConfiguration(before = MemoryRateLimitStoreAutoConfiguration.class,
		afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "ratelimit.store.type", havingValue = "redis", matchIfMissing = true)
@ConditionalOnClass(RedisConnectionFactory.class)
@ConditionalOnMissingClass("io.lettuce.core.RedisClient")
@ConditionalOnSingleCandidate(RedisConnectionFactory.class)
public final class OtherRedisClientAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RateLimitStore rateLimitStore(RedisConnectionFactory connectionFactory) {
		throw refuse(connectionFactory);
	}

	static InvalidRateLimitPropertyException refuse(RedisConnectionFactory connectionFactory) {
		return new InvalidRateLimitPropertyException("ratelimit.store.type",
				new InvalidPolicyException("store", connectionFactory.getClass().getSimpleName(),
						"connections by Lettuce (the dependency io.lettuce:lettuce-core, and"
								+ " spring.data.redis.client-type=lettuce if another client is there, too), or"
								+ " ratelimit.store.type=memory, by which each instance counts for itself"));
	}

}
