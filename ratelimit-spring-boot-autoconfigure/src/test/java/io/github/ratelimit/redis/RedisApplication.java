package io.github.ratelimit.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.resilience.DeadlineRateLimitStore;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * One instance of an application that finds Redis by properties alone. Its store has a
 * deadline and no fallback, so that each decision is one of Redis.
 */
final class RedisApplication implements AutoCloseable {

	static final Duration DEADLINE = Duration.ofSeconds(5);

	static final String PREFIX = "ratelimit:topology:";

	private final ConfigurableApplicationContext context;

	private final RateLimitStore store;

	RedisApplication(String... properties) {
		String[] arguments = Stream
			.concat(Stream.of("spring.config.location=optional:classpath:none.yml", "spring.main.banner-mode=off"),
					Stream.of(properties))
			.map("--"::concat)
			.toArray(String[]::new);
		this.context = new SpringApplicationBuilder(Redis.class).web(WebApplicationType.NONE).run(arguments);
		this.store = new DeadlineRateLimitStore(new RedisRateLimitStore(connections(), PREFIX), DEADLINE);
		answers();
	}

	/** Waits until the store answers, which it begins to do when it has connected. */
	private void answers() {
		CompletableFuture<Decision> answer = CompletableFuture.failedFuture(new IllegalStateException());
		for (int i = 0; i < 50 && answer.isCompletedExceptionally(); i++) {
			answer = this.store.probe().toCompletableFuture();
			answer.exceptionally((failure) -> null).join();
		}
		answer.join();
	}

	RateLimitStore store() {
		return this.store;
	}

	LettuceConnectionFactory connections() {
		return this.context.getBean(LettuceConnectionFactory.class);
	}

	/** The decision, or the exception with which the store could not decide. */
	Decision acquire(Charge... charges) {
		try {
			return this.store.acquire(List.of(charges)).toCompletableFuture().join();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RateLimitStoreException failure) ? failure : ex;
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, DataRedisAutoConfiguration.class })
	static class Redis {

	}

}
