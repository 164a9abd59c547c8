package io.github.ratelimit.autoconfigure;

import java.util.Locale;
import java.util.function.IntPredicate;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.ClientAddress;
import io.github.ratelimit.web.RequestPrincipals;
import io.github.ratelimit.web.TrustedProxies;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Auto-configuration for what tells web applications who their callers are.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnWebApplication
@ConditionalOnClass(PathPattern.class)
@ConditionalOnBean(RateLimiter.class)
public final class RateLimitCallerAutoConfiguration {

	private static final String STRATEGY = "server.forward-headers-strategy";

	@Bean
	Callers rateLimitCallers(RateLimitProperties properties, ObjectProvider<RequestPrincipals> principals,
			Environment environment) {
		RateLimitProperties.Web web = properties.web();
		if (web.ipv6Prefix() < 1 || web.ipv6Prefix() > 128) {
			throw invalid("ipv6-prefix",
					new InvalidPolicyException("web", String.valueOf(web.ipv6Prefix()), "bits from 1 to 128"));
		}
		return new Callers(clientAddress(web, strategy(environment)),
				principals.getIfAvailable(() -> new RequestPrincipals() {
				}), maxBodySize(web.maxBodySize()), unlimitedPort(environment));
	}

	/**
	 * The management port, where it is not the application's; known when its server is.
	 */
	private static IntPredicate unlimitedPort(Environment environment) {
		return environment.containsProperty("management.server.port")
				? (port) -> environment.getProperty("local.management.port", Integer.class, 0) == port
						&& environment.getProperty("local.server.port", Integer.class, 0) != port
				: (port) -> false;
	}

	private static long maxBodySize(DataSize size) {
		if (size.isNegative()) {
			throw invalid("max-body-size", new InvalidPolicyException("web", size.toString(), "a size such as 16KB"));
		}
		return size.toBytes();
	}

	private static ClientAddress clientAddress(RateLimitProperties.Web web, @Nullable String strategy) {
		try {
			TrustedProxies proxies = TrustedProxies.parse(web.trustedProxies(), web.forwardedHeader());
			if (strategy == null) {
				return proxies;
			}
		}
		catch (InvalidPolicyException ex) {
			throw invalid("trusted-proxies", ex);
		}
		if (!web.trustedProxies().isEmpty()) {
			throw invalid("trusted-proxies",
					new InvalidPolicyException("web", String.join(", ", web.trustedProxies()),
							"no proxies, because the server replaces addresses itself (" + strategy
									+ "); to trust these proxies, set " + STRATEGY + "=none"));
		}
		return ClientAddress.ofPeer();
	}

	/**
	 * How the server itself treats forwarding headers, or null if it leaves them alone.
	 */
	private static @Nullable String strategy(Environment environment) {
		String strategy = environment.getProperty(STRATEGY);
		if (StringUtils.hasText(strategy)) {
			return strategy.equalsIgnoreCase("none") ? null : STRATEGY + "=" + strategy;
		}
		CloudPlatform platform = CloudPlatform.getActive(environment);
		return (platform != null && platform.isUsingForwardHeaders())
				? STRATEGY + "=native by default on " + platform.name().toLowerCase(Locale.ROOT) : null;
	}

	private static InvalidRateLimitPropertyException invalid(String property, InvalidPolicyException cause) {
		return new InvalidRateLimitPropertyException(RateLimitProperties.PREFIX + ".web." + property, cause);
	}

}
