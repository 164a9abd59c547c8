package io.github.ratelimit.autoconfigure;

import java.util.concurrent.Executor;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimitAdvisor;
import io.github.ratelimit.annotation.RateLimitAnnotations;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.function.SingletonSupplier;

/**
 * Auto-configuration for {@code @RateLimit}.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnBean(RateLimiter.class)
@Import(RateLimitAnnotationAutoConfiguration.Proxies.class)
public final class RateLimitAnnotationAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static RateLimitAnnotations rateLimitAnnotations() {
		return new RateLimitAnnotations();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static RateLimitAdvisor rateLimitAdvisor(RateLimitAnnotations annotations, ObjectProvider<RateLimiter> rateLimiter,
			ObjectProvider<ReloadablePolicies> policies, Environment environment, BeanFactory beans) {
		SingletonSupplier<ReloadablePolicies> found = SingletonSupplier.of(policies::getObject);
		return new RateLimitAdvisor(annotations, rateLimiter::getObject, () -> found.obtain().now(),
				executor(environment), beans);
	}

	private static Executor executor(Environment environment) {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("rate-limit-");
		executor.setVirtualThreads(Threading.VIRTUAL.isActive(environment));
		return executor;
	}

	/**
	 * Has beans proxied even if {@code spring.aop.auto} is off, as transactions do.
	 */
	static final class Proxies implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
		}

	}

}
