package io.github.ratelimit.autoconfigure;

import com.github.benmanes.caffeine.cache.Caffeine;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the store of one JVM, if it is asked for or there is no other.
 */
@AutoConfiguration(after = RedisRateLimitStoreAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "ratelimit.store.type", havingValue = "memory", matchIfMissing = true)
@ConditionalOnClass(Caffeine.class)
@EnableConfigurationProperties(RateLimitProperties.class)
public final class MemoryRateLimitStoreAutoConfiguration {

	private static final Log logger = LogFactory.getLog(MemoryRateLimitStoreAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean(RateLimitStore.class)
	MemoryRateLimitStore rateLimitStore(RateLimitProperties properties) {
		if (properties.store().type() == null) {
			logger.warn("Rate limits are kept in memory, so each instance of this application counts for itself:"
					+ " there is no connection to Redis through Lettuce, or more than one and none is primary."
					+ " Configure one to share them, or set ratelimit.store.type=memory if this is intended.");
		}
		return new MemoryRateLimitStore();
	}

}
