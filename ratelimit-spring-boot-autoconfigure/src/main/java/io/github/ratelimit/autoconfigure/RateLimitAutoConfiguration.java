package io.github.ratelimit.autoconfigure;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.PolicySource;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitOverrides;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.memory.MemoryRateLimitStore;
import io.github.ratelimit.redis.RedisEntries;
import io.github.ratelimit.resilience.Circuit;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration for the {@link RateLimiter} and its policies.
 */
@AutoConfiguration(after = { RedisRateLimitStoreAutoConfiguration.class, MemoryRateLimitStoreAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RateLimitProperties.class)
@ImportRuntimeHints(RateLimitRuntimeHints.class)
public final class RateLimitAutoConfiguration {

	private static final Log logger = LogFactory.getLog(RateLimitAutoConfiguration.class);

	@Bean
	static LimitsConverter rateLimitLimitsConverter() {
		return new LimitsConverter();
	}

	@Bean
	ReloadablePolicies rateLimitPolicies(RateLimitProperties properties,
			ObjectProvider<RateLimitAnnotations> annotations, ObjectProvider<PolicySource> sources,
			ConfigurableListableBeanFactory beans, Environment environment) {
		new UnknownProperties(environment).check();
		RateLimitAnnotations found = annotations.getIfAvailable(RateLimitAnnotations::new);
		inspect(found, beans);
		return new ReloadablePolicies(properties, found, new PolicySources(() -> others(sources)));
	}

	private static List<PolicySource> others(ObjectProvider<PolicySource> sources) {
		return sources.orderedStream().filter((source) -> !(source instanceof ReloadablePolicies)).toList();
	}

	/** To ask the store in memory is no trip that a lease could save. */
	@Bean
	@Order(RateLimitStoreDecorator.LEASES)
	@ConditionalOnMissingBean(MemoryRateLimitStore.class)
	RateLimitLeases rateLimitLeases(RateLimitProperties properties, ConfigurableListableBeanFactory beans) {
		return new RateLimitLeases(properties, ReloadablePolicies.possible(beans.getBeanClassLoader()));
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "ratelimit.events.enabled")
	RejectionEvents rateLimitEvents(ApplicationEventPublisher publisher) {
		return new RejectionEvents(publisher);
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitOverrides rateLimitOverrides(ObjectProvider<RedisEntries> redis) {
		RedisEntries shared = redis.getIfAvailable();
		return (shared != null) ? new RateLimitOverrides(shared::exchange, InstantSource.system())
				: RateLimitOverrides.local(InstantSource.system());
	}

	@Bean
	PeriodicTask rateLimitOverrideRefresh(RateLimitOverrides overrides, ObjectProvider<Circuit> circuit) {
		Circuit known = circuit.getIfAvailable();
		return new PeriodicTask(new OverrideRefresh(overrides, () -> known == null || !known.status().open()),
				OverrideRefresh.PAUSE, OverrideRefresh.PAUSE);
	}

	@Bean
	@ConditionalOnBean(RateLimitStore.class)
	PolicySummary rateLimitPolicySummary(RateLimitStore store, ReloadablePolicies policies) {
		return new PolicySummary(store, policies);
	}

	@Bean
	StartWarnings rateLimitStartWarnings(RateLimitProperties properties, ReloadablePolicies policies,
			Environment environment, ConfigurableListableBeanFactory beans) {
		return new StartWarnings(properties, policies.now(), environment, beans);
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimiter rateLimiter(ObjectProvider<RateLimitStore> store, ReloadablePolicies policies,
			ObjectProvider<RateLimitStoreDecorator> decorators, ObjectProvider<RateLimitListener> listeners,
			RateLimitOverrides overrides, RateLimitProperties properties) {
		RateLimitStore available = store.getIfAvailable();
		if (available == null) {
			throw noStore(properties.store().type());
		}
		for (RateLimitStoreDecorator decorator : decorators.orderedStream().toList()) {
			available = decorator.apply(available);
		}
		return new RateLimiter(available, policies, listeners.orderedStream().toList(), overrides);
	}

	/** Looks at what beans are said to be; what they really are is seen when they are. */
	private static void inspect(RateLimitAnnotations annotations, ConfigurableListableBeanFactory beans) {
		for (String name : beans.getBeanDefinitionNames()) {
			Class<?> type = beans.getType(name, false);
			if (type != null) {
				inspect(annotations, ClassUtils.getUserClass(type));
			}
		}
	}

	/** A class that names types which are not there is looked at when it is a bean. */
	private static void inspect(RateLimitAnnotations annotations, Class<?> type) {
		try {
			annotations.inspect(type);
		}
		catch (IllegalStateException | LinkageError ex) {
			logger.debug("Annotations of " + type + " cannot be read yet", ex);
		}
	}

	private static InvalidRateLimitPropertyException noStore(RateLimitProperties.@Nullable StoreType type) {
		return new InvalidRateLimitPropertyException("ratelimit.store.type",
				new InvalidPolicyException("store", (type != null) ? type.name().toLowerCase(Locale.ROOT) : "",
						"a store that is available: 'redis' needs Spring Data Redis with Lettuce and one connection"
								+ " factory, 'memory' needs Caffeine, else a RateLimitStore bean"));
	}

}
