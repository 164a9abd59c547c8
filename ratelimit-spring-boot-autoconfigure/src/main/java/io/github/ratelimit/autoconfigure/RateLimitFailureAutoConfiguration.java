package io.github.ratelimit.autoconfigure;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;
import io.github.ratelimit.redis.RedisInstances;
import io.github.ratelimit.resilience.AllowingRateLimitStore;
import io.github.ratelimit.resilience.Circuit;
import io.github.ratelimit.resilience.CircuitRateLimitStore;
import io.github.ratelimit.resilience.DeadlineRateLimitStore;
import io.github.ratelimit.resilience.Instances;
import io.github.ratelimit.resilience.OnFailure;
import io.github.ratelimit.resilience.FallbackRateLimitStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration for what stands between callers and a store that may fail, which the
 * one in memory cannot.
 */
@AutoConfiguration(after = { RedisRateLimitStoreAutoConfiguration.class, MemoryRateLimitStoreAutoConfiguration.class },
		before = RateLimitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnBean(RateLimitStore.class)
@ConditionalOnMissingBean(MemoryRateLimitStore.class)
@EnableConfigurationProperties(RateLimitProperties.class)
public final class RateLimitFailureAutoConfiguration {

	private static final String CAFFEINE = "com.github.benmanes.caffeine.cache.Caffeine";

	/** Redis is asked once here, so that it is connected when the first call comes. */
	@Bean
	Circuit rateLimitCircuit(RateLimitStore store, RateLimitProperties properties) {
		Circuit circuit = new Circuit(store.name(), timely(store, properties)::reconnect);
		if (store instanceof DeadlineRateLimitStore redis) {
			circuit.call(redis::warmUp);
		}
		return circuit;
	}

	@Bean
	Instances rateLimitInstances(RateLimitProperties properties, ObjectProvider<RedisInstances> redis,
			Circuit circuit) {
		Integer configured = properties.store().instances();
		RedisInstances counted = redis.getIfAvailable();
		return (configured != null || counted == null) ? Instances.fixed((configured != null) ? configured : 1)
				: Instances.counted(counted::alive, () -> !circuit.status().open());
	}

	@Bean
	@Order(RateLimitStoreDecorator.DEADLINE)
	RateLimitStoreDecorator rateLimitDeadline(RateLimitProperties properties) {
		return (store) -> timely(store, properties);
	}

	@Bean
	@Order(RateLimitStoreDecorator.CIRCUIT)
	RateLimitStoreDecorator rateLimitCircuitStore(Circuit circuit) {
		return (store) -> new CircuitRateLimitStore(store, circuit);
	}

	@Bean
	@Order(RateLimitStoreDecorator.STAND_INS)
	RateLimitStoreDecorator rateLimitFallbacks(RateLimitProperties properties, ReloadablePolicies policies,
			Instances instances, ConfigurableListableBeanFactory beans) {
		OnFailure others = properties.store().onFailure();
		boolean caffeine = ClassUtils.isPresent(CAFFEINE, beans.getBeanClassLoader());
		if (!caffeine) {
			countsNot("ratelimit.store", others);
		}
		Supplier<Map<String, OnFailure>> said = policies.view((now) -> onFailure(now.properties(), caffeine));
		RateLimitStore local = caffeine ? new MemoryRateLimitStore() : new AllowingRateLimitStore();
		return (store) -> {
			FallbackRateLimitStore fallbacks = new FallbackRateLimitStore(store,
					(policy) -> said.get().getOrDefault(policy, others), local, instances);
			fallbacks.warmUp();
			return fallbacks;
		};
	}

	/** What is answered from memory is no call of the store: this lies around meters. */
	@Bean
	@Order(RateLimitStoreDecorator.REJECTIONS)
	@ConditionalOnBean(DeadlineRateLimitStore.class)
	@ConditionalOnClass(name = CAFFEINE)
	RememberedRejections rateLimitRememberedRejections(RateLimitProperties properties) {
		return new RememberedRejections(properties.store().rememberRejections());
	}

	/** Without Caffeine nobody counts here, so that nothing is to ask for it. */
	private static Map<String, OnFailure> onFailure(Map<String, RateLimitProperties.Policy> policies,
			boolean caffeine) {
		Map<String, OnFailure> all = new HashMap<>();
		policies.forEach((name, policy) -> {
			OnFailure said = policy.onFailure();
			if (!caffeine) {
				countsNot("ratelimit.policies." + name, said);
			}
			if (said != null) {
				all.put(name, said);
			}
		});
		return all;
	}

	private static void countsNot(String owner, @Nullable OnFailure onFailure) {
		if (onFailure == OnFailure.LOCAL) {
			throw new InvalidRateLimitPropertyException(owner + ".on-failure",
					new InvalidPolicyException("on-failure", "local", "'allow' or 'reject', because 'local' needs"
							+ " Caffeine (com.github.ben-manes.caffeine:caffeine), which is not on the class path"));
		}
	}

	static DeadlineRateLimitStore timely(RateLimitStore store, RateLimitProperties properties) {
		return (store instanceof DeadlineRateLimitStore timely) ? timely
				: new DeadlineRateLimitStore(store, properties.store().timeout());
	}

}
