package io.github.ratelimit.autoconfigure;

import java.time.InstantSource;

import org.jspecify.annotations.Nullable;

import io.lettuce.core.RedisClient;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.redis.RedisBatchListener;
import io.github.ratelimit.redis.RedisEntries;
import io.github.ratelimit.redis.RedisInstances;
import io.github.ratelimit.redis.RedisRateLimitStore;
import io.github.ratelimit.resilience.DeadlineRateLimitStore;
import io.github.ratelimit.resilience.Instances;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Auto-configuration for the store in Redis, on the connections of Spring Data Redis.
 */
@AutoConfiguration(afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "ratelimit.store.type", havingValue = "redis", matchIfMissing = true)
@ConditionalOnClass({ LettuceConnectionFactory.class, RedisClient.class })
@ConditionalOnSingleCandidate(RedisConnectionFactory.class)
@EnableConfigurationProperties(RateLimitProperties.class)
public final class RedisRateLimitStoreAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(RateLimitStore.class)
	DeadlineRateLimitStore rateLimitStore(RedisConnectionFactory connectionFactory, RateLimitProperties properties,
			Environment environment, ObjectProvider<RedisBatchListener> listener) {
		return new DeadlineRateLimitStore(new RedisRateLimitStore(lettuce(connectionFactory),
				keyPrefix(properties, environment), properties.store().batchSize(), clock(properties),
				listener.getIfAvailable(() -> RedisBatchListener.NOBODY)), properties.store().timeout());
	}

	@Bean
	@ConditionalOnBean(DeadlineRateLimitStore.class)
	RedisInstances rateLimitRedisInstances(RedisConnectionFactory connectionFactory, RateLimitProperties properties,
			Environment environment) {
		return new RedisInstances(lettuce(connectionFactory), keyPrefix(properties, environment), Instances.LIFETIME,
				clock(properties));
	}

	@Bean
	@ConditionalOnBean(DeadlineRateLimitStore.class)
	RedisEntries rateLimitRedisEntries(RedisConnectionFactory connectionFactory, RateLimitProperties properties,
			Environment environment) {
		return new RedisEntries(lettuce(connectionFactory), keyPrefix(properties, environment) + "overrides");
	}

	private static LettuceConnectionFactory lettuce(RedisConnectionFactory connectionFactory) {
		if (connectionFactory instanceof LettuceConnectionFactory lettuce) {
			return lettuce;
		}
		throw OtherRedisClientAutoConfiguration.refuse(connectionFactory);
	}

	private static String keyPrefix(RateLimitProperties properties, Environment environment) {
		String prefix = properties.store().keyPrefix();
		if (prefix == null) {
			String application = environment.getProperty("spring.application.name", "");
			prefix = application.isEmpty() ? "ratelimit:" : "ratelimit:" + application + ":";
		}
		if (prefix.contains("{") || prefix.contains("}")) {
			throw new InvalidRateLimitPropertyException("ratelimit.store.key-prefix", new InvalidPolicyException(
					"key-prefix", prefix, "a prefix without braces, which mark the caller in a key"));
		}
		return prefix;
	}

	private static @Nullable InstantSource clock(RateLimitProperties properties) {
		return (properties.store().clock() == RateLimitProperties.Clock.APPLICATION) ? InstantSource.system() : null;
	}

}
