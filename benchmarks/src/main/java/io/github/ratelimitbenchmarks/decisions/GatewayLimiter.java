package io.github.ratelimitbenchmarks.decisions;

import java.util.List;
import java.util.concurrent.CompletionStage;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.cloud.gateway.filter.ratelimit.RedisRateLimiter;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.validation.Validator;

import io.github.ratelimitbenchmarks.OwnRedis;
import reactor.core.publisher.Mono;

/**
 * Spring Cloud Gateway's RedisRateLimiter, a token bucket whose tokens come back each
 * second. A rate below one a second is written as a call that costs several tokens.
 */
final class GatewayLimiter implements Contender {

	private static final String ROUTE = "api";

	private final LettuceConnectionFactory connections;

	private final RedisRateLimiter limiter;

	private GatewayLimiter(LettuceConnectionFactory connections, Traffic traffic) {
		this.connections = connections;
		this.limiter = new RedisRateLimiter(new ReactiveStringRedisTemplate(connections), script(),
				new ConfigurationService(new DefaultListableBeanFactory(), DefaultConversionService::new,
						() -> Validator.forInstanceOf(Object.class, (value, errors) -> {
						})));
		this.limiter.getConfig().put(ROUTE, rate(traffic));
	}

	static Contender start(OwnRedis redis, Traffic traffic) {
		LettuceConnectionFactory connections = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration(OwnRedis.HOST, redis.port()));
		connections.afterPropertiesSet();
		connections.start();
		return new GatewayLimiter(connections, traffic);
	}

	@SuppressWarnings("unchecked")
	private static RedisScript<List<Long>> script() {
		return RedisScript.of(new ClassPathResource("META-INF/scripts/request_rate_limiter.lua"),
				(Class<List<Long>>) (Class<?>) List.class);
	}

	private static RedisRateLimiter.Config rate(Traffic traffic) {
		long seconds = traffic.window().toSeconds();
		RedisRateLimiter.Config rate = new RedisRateLimiter.Config();
		return (traffic.permits() >= seconds)
				? rate.setReplenishRate((int) (traffic.permits() / seconds)).setBurstCapacity(traffic.permits())
				: rate.setReplenishRate(1)
					.setBurstCapacity(seconds)
					.setRequestedTokens((int) (seconds / traffic.permits()));
	}

	@Override
	public boolean tryAcquire(String key) {
		return Boolean.TRUE.equals(decision(key).block());
	}

	@Override
	public CompletionStage<Boolean> tryAcquireAsync(String key) {
		return decision(key).toFuture();
	}

	private Mono<Boolean> decision(String key) {
		return this.limiter.isAllowed(ROUTE, key).map(RedisRateLimiter.Response::isAllowed);
	}

	@Override
	public void close() {
		this.connections.destroy();
	}

}
