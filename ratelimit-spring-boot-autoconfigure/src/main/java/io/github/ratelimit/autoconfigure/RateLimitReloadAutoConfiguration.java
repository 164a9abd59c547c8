package io.github.ratelimit.autoconfigure;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for properties that Spring Cloud changes while the application runs.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnClass(EnvironmentChangeEvent.class)
public final class RateLimitReloadAutoConfiguration {

	@Bean
	PropertyReload rateLimitPropertyReload(ReloadablePolicies policies, RateLimitProperties properties,
			ConfigurableListableBeanFactory beans, Environment environment) {
		return new PropertyReload(policies, properties, beans, environment);
	}

}
