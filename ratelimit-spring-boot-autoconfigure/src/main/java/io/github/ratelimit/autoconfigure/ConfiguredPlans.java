package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy;
import io.github.ratelimit.web.PlanNames;
import io.github.ratelimit.web.PolicyChoice;
import io.github.ratelimit.web.RateLimitPlanResolver;
import io.github.ratelimit.web.RememberedPlans;
import io.github.ratelimit.web.PolicyExpression;
import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.RequestPlans;
import io.github.ratelimit.web.ResolvedPlans;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Makes of the plans of policies what chooses among them.
 */
final class ConfiguredPlans {

	private static final Duration LONGEST = Duration.ofDays(1);

	private static final String CAFFEINE = "com.github.benmanes.caffeine.cache.Caffeine";

	private final ConfigurableListableBeanFactory beans;

	private final Duration timeout;

	private final Duration known;

	private final Map<String, PlanNames> resolved = new ConcurrentHashMap<>();

	ConfiguredPlans(RateLimitProperties properties, ConfigurableListableBeanFactory beans) {
		this.beans = beans;
		this.timeout = properties.store().timeout();
		this.known = properties.web().planCache();
		if (this.known.isNegative() || this.known.compareTo(LONGEST) > 0) {
			throw invalid("a time from 0 to 1 day");
		}
	}

	/** What chooses among the plans of a policy, or null if it has none. */
	@Nullable PolicyChoice of(Policy policy, RateLimitProperties.Policy said) {
		String plan = said.plan();
		return (plan != null) ? new RequestPlans(PolicyLimits.plans(policy, said), policy, names(plan)) : null;
	}

	private PlanNames names(String plan) {
		if (this.beans.containsBean(plan) && this.beans.isTypeMatch(plan, RateLimitPlanResolver.class)) {
			return this.resolved.computeIfAbsent(plan, this::resolved);
		}
		Function<RateLimitRequest, @Nullable String> expression = PolicyExpression.plan(plan, this.beans);
		return (key, request) -> CompletableFuture.completedFuture(expression.apply(request));
	}

	private PlanNames resolved(String bean) {
		RateLimitPlanResolver resolver = this.beans.getBean(bean, RateLimitPlanResolver.class);
		if (this.known.isZero()) {
			return new ResolvedPlans(resolver, this.timeout);
		}
		if (!ClassUtils.isPresent(CAFFEINE, this.beans.getBeanClassLoader())) {
			throw invalid("0s, to ask with every request, because Caffeine (com.github.ben-manes.caffeine:caffeine)"
					+ " is not on the class path");
		}
		return new RememberedPlans(resolver, this.timeout, this.known);
	}

	private InvalidRateLimitPropertyException invalid(String expected) {
		return new InvalidRateLimitPropertyException("ratelimit.web.plan-cache",
				new InvalidPolicyException("plan-cache", this.known.toString(), expected));
	}

}
