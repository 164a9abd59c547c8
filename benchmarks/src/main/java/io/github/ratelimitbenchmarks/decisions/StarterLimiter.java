package io.github.ratelimitbenchmarks.decisions;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimitbenchmarks.OwnRedis;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * This project's {@link RateLimiter} as applications get it: from the auto-configuration,
 * with metrics, the deadline and all else that is on unless switched off.
 */
final class StarterLimiter implements Contender {

	/** What is not decided in Redis is a failure here, and no fast decision. */
	private static final String FAIL = "ratelimit.store.on-failure=reject";

	private final ConfigurableApplicationContext context;

	private final RateLimiter limiter;

	private final Charges charges;

	private StarterLimiter(ConfigurableApplicationContext context, Charges charges) {
		this.context = context;
		this.limiter = context.getBean(RateLimiter.class);
		this.charges = charges;
	}

	/**
	 * Creates an application with one policy, {@code api}.
	 * @param properties what else is configured; {@code $limit} stands for the limit,
	 * {@code $limits} for three
	 */
	static Factory with(String... properties) {
		return with((limiter, key) -> List.of(new Charge(limiter.policy("api"), key)), properties);
	}

	static Factory with(Charges charges, String... properties) {
		return (redis, traffic) -> new StarterLimiter(start(redis, traffic, properties), charges);
	}

	private static ConfigurableApplicationContext start(OwnRedis redis, Traffic traffic, String... properties) {
		List<String> all = new ArrayList<>(List.of("logging.level.root=error",
				"spring.application.name=shop-" + Math.floorMod(List.of(properties).hashCode(), 1000),
				"spring.data.redis.host=" + OwnRedis.HOST, "spring.data.redis.port=" + redis.port(),
				"spring.cloud.gateway.server.webflux.enabled=false", "ratelimit.policies.api.limits=" + traffic.limit(),
				FAIL));
		for (String property : properties) {
			all.add(property.replace("$limits", traffic.limits()).replace("$limit", traffic.limit()));
		}
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.registerShutdownHook(false)
			.properties(all.toArray(String[]::new))
			.run();
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.limiter.tryAcquire(this.charges.of(this.limiter, key)).allowed();
	}

	@Override
	public CompletionStage<Boolean> tryAcquireAsync(String key) {
		return this.limiter.tryAcquireAsync(this.charges.of(this.limiter, key)).thenApply(Decision::allowed);
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * What a call must pay.
	 */
	interface Charges {

		List<Charge> of(RateLimiter limiter, String key);

	}

	/**
	 * Without what the jar of another limiter would add, which lacks most of its own, and
	 * without Actuator's observation of each command, which the others do not have
	 * either.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "org.springframework.cloud.gateway.config.GatewayRedisAutoConfiguration",
			"org.springframework.cloud.gateway.config.GatewayNoLoadBalancerClientAutoConfiguration",
			"org.springframework.boot.data.redis.autoconfigure.observation.LettuceObservationAutoConfiguration" })
	static class Application {

	}

}
