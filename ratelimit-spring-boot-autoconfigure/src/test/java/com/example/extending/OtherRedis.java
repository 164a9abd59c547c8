package com.example.extending;

import java.time.Duration;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.redis.RedisRateLimitStore;
import io.github.ratelimit.resilience.RememberingRateLimitStore;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** A store of one's own. */
@Configuration(proxyBeanMethods = false)
public class OtherRedis {

	@Bean(defaultCandidate = false)
	LettuceConnectionFactory limits(@Value("${shop.limits.host}") String host, @Value("${shop.limits.port}") int port) {
		return new LettuceConnectionFactory(new RedisStandaloneConfiguration(host, port));
	}

	@Bean
	RateLimitStore rateLimitStore(@Qualifier("limits") LettuceConnectionFactory limits) {
		return new RememberingRateLimitStore(new RedisRateLimitStore(limits, "ratelimit:shop:"), Duration.ofSeconds(1));
	}

}
