package io.github.ratelimit.autoconfigure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.annotation.RateLimitDeclaration;
import io.github.ratelimit.client.OutboundRateLimits;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Says once, when all policies are known, what is allowed and yet can hardly be meant.
 */
final class StartWarnings implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(StartWarnings.class);

	private static final String OURS = RateLimiter.class.getPackageName();

	private static final List<String> BASE_PATHS = List.of("server.servlet.context-path", "spring.webflux.base-path");

	private final RateLimitProperties properties;

	private final ConfiguredPolicies policies;

	private final Environment environment;

	private final ConfigurableListableBeanFactory beans;

	StartWarnings(RateLimitProperties properties, ConfiguredPolicies policies, Environment environment,
			ConfigurableListableBeanFactory beans) {
		this.properties = properties;
		this.policies = policies;
		this.environment = environment;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		warnOfMemory();
		Set<String> named = named();
		boolean byHand = isCalledByHand();
		this.policies.mapAll((policy, said) -> {
			this.policies.variants(policy.name()).forEach(StartWarnings::warnOfLimits);
			warnOfPaths(policy.name(), said);
			if (said.paths().isEmpty() && !byHand && !named.contains(policy.name())) {
				tellOfNothing(policy.name(), named);
			}
			return policy;
		});
	}

	/**
	 * A policy may wait for code that is still to come; one that is misspelt does not.
	 */
	private void tellOfNothing(String policy, Set<String> named) {
		String text = "Policy '%s' applies to nothing that is known at the start: it has no paths, no annotation names"
			.formatted(policy) + " it, and no bean was given a RateLimiter.";
		Set<String> names = new LinkedHashSet<>(named);
		this.properties.policies().forEach((name, said) -> {
			if (said.enabled() && !said.paths().isEmpty()) {
				names.add(name);
			}
		});
		String meant = new InvalidPolicyException("policy", policy, "one that applies", names).meant();
		if (meant != null) {
			logger.warn(text + " Did you mean '" + meant + "'?");
		}
		else {
			logger.info(text);
		}
	}

	/** Who says that there is one instance knows what memory means. */
	private void warnOfMemory() {
		CloudPlatform platform = CloudPlatform.getActive(this.environment);
		Integer instances = this.properties.store().instances();
		if (platform != null && platform.isUsingForwardHeaders() && (instances == null || instances != 1)
				&& this.properties.store().type() == RateLimitProperties.StoreType.MEMORY
				&& this.beans.getBeanNamesForType(RateLimitStore.class, true, false).length > 0) {
			logger.warn("Rate limits are kept in memory on %s, where applications have several instances: each of them"
				.formatted(platform.name().toLowerCase(Locale.ROOT).replace('_', ' '))
					+ " allows as much as the limits say. Share them with ratelimit.store.type=redis; if there is"
					+ " only one, say so with ratelimit.store.instances=1.");
		}
	}

	private static void warnOfLimits(Policy policy) {
		UnreachableLimits.of(policy)
			.forEach((limit, other) -> logger
				.warn("Policy '%s' has the limit %s, which no call can reach:".formatted(policy.name(), limit)
						+ " %s always rejects first. Change one of them.".formatted(other)));
	}

	private void warnOfPaths(String name, RateLimitProperties.Policy said) {
		if (said.paths().isEmpty() && !said.excludePaths().isEmpty()) {
			logger.warn("Policy '%s' has exclude-paths, which mean nothing without paths.".formatted(name));
		}
		for (String path : said.paths()) {
			said.excludePaths()
				.stream()
				.filter((excluded) -> includes(excluded, path))
				.findFirst()
				.ifPresent(
						(excluded) -> logger.warn("Policy '%s' never applies to its path %s: its exclude-paths have %s."
							.formatted(name, path, excluded)));
			for (String property : BASE_PATHS) {
				String base = this.environment.getProperty(property, "");
				if (StringUtils.hasText(base) && !base.equals("/") && includes(base + "/**", path)) {
					logger.warn("Policy '%s' has the path %s, which begins with %s: paths are those behind it."
						.formatted(name, path, property));
				}
			}
		}
	}

	/**
	 * Whether a pattern has all requests of another one; false if that is not certain.
	 */
	private static boolean includes(String pattern, String other) {
		return pattern.equals(other)
				|| (pattern.endsWith("/**") && other.startsWith(pattern.substring(0, pattern.length() - 2)));
	}

	private Set<String> named() {
		Set<String> named = new LinkedHashSet<>();
		this.beans.getBeanProvider(RateLimitAnnotations.class)
			.orderedStream()
			.flatMap((annotations) -> annotations.declarations().stream())
			.map(RateLimitDeclaration::policy)
			.forEach(named::add);
		return named;
	}

	/** Whether a bean of the application may name policies itself. */
	private boolean isCalledByHand() {
		return Stream.of(RateLimiter.class, OutboundRateLimits.class)
			.flatMap((type) -> Stream.of(this.beans.getBeanNamesForType(type, true, false)))
			.flatMap((name) -> Stream.of(this.beans.getDependentBeans(name)))
			.anyMatch((dependent) -> !isOurs(dependent));
	}

	private boolean isOurs(String bean) {
		Class<?> type = this.beans.containsBean(bean) ? this.beans.getType(bean, false) : null;
		return type != null && type.getName().startsWith(OURS + ".");
	}

}
