package io.github.ratelimitbenchmarks.http;

import java.time.Duration;

import io.lettuce.core.RedisURI;

import io.github.ratelimitbenchmarks.BareScript;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What one would write instead of a limiter.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(BareScriptConfiguration.ENABLED)
class BareScriptConfiguration {

	static final String ENABLED = "benchmark.bare";

	/** The header that says who calls. */
	static final String CALLER = "X-Api-Key";

	@Bean
	BareScript bareScript(@Value("${spring.data.redis.host}") String host,
			@Value("${spring.data.redis.port}") int port) {
		return BareScript.limiter(RedisURI.create(host, port), 1_000_000_000, Duration.ofHours(1));
	}

}
