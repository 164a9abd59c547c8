package io.github.ratelimit.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitOverrides;
import io.github.ratelimit.actuate.PolicyDescriptors;
import io.github.ratelimit.actuate.RateLimitDescriptors;
import io.github.ratelimit.actuate.RateLimitDescriptors.LimitDescriptor;
import io.github.ratelimit.actuate.RateLimitDescriptors.OverrideDescriptor;
import io.github.ratelimit.actuate.RateLimitDescriptors.PolicyDescriptor;
import io.github.ratelimit.resilience.OnFailure;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.origin.Origin;

/**
 * The configured policies as the endpoint tells of them.
 *
 * @param policies the policies
 * @param properties what the configuration says
 * @param origins where it says so
 * @param overrides what holds instead
 */
record ConfiguredDescriptors(ReloadablePolicies policies, RateLimitProperties properties, PropertyOrigins origins,
		RateLimitOverrides overrides) implements PolicyDescriptors {

	private static final int TOO_MANY_REQUESTS = 429;

	@Override
	public Map<String, PolicyDescriptor> all() {
		ConfiguredPolicies now = this.policies.now();
		Map<String, PolicyDescriptor> all = new LinkedHashMap<>(
				now.mapAll((policy, said) -> describe(policy, said, source(policy.name()))));
		now.policies()
			.forEach((policy) -> all.computeIfAbsent(policy.name(),
					(name) -> describe(policy, RateLimitProperties.Policy.SILENT, "a PolicySource bean")));
		return all;
	}

	private PolicyDescriptor describe(Policy policy, RateLimitProperties.Policy said, String source) {
		OnFailure onFailure = Objects.requireNonNullElse(said.onFailure(), this.properties.store().onFailure());
		return new PolicyDescriptor(RateLimitDescriptors.text(policy.mode()), policy.algorithm().toString(),
				LimitDescriptor.of(policy), plans(policy, said), orEmpty(said.plan()), orEmpty(said.defaultPlan()),
				(said.costExpression() != null) ? said.cost() : String.valueOf(policy.cost()), policy.lease(),
				(policy.ban() != null) ? policy.ban().toString() : null, DurationStyle.SIMPLE.print(said.maxWait()),
				said.key(), said.paths(), said.excludePaths(), said.methods(), said.stage().toString(),
				orEmpty(said.unless()), orEmpty(said.countWhen()), said.exemptAddresses(), said.exemptRoles(),
				Objects.requireNonNullElse(said.rejectStatus(), TOO_MANY_REQUESTS), orEmpty(said.rejectDetail()),
				onFailure.name().toLowerCase(Locale.ROOT), source,
				OverrideDescriptor.of(this.overrides.find(policy.name(), null)));
	}

	private static Map<String, List<LimitDescriptor>> plans(Policy policy, RateLimitProperties.Policy said) {
		Map<String, List<LimitDescriptor>> plans = new LinkedHashMap<>();
		PolicyLimits.plans(policy, said).forEach((name, plan) -> plans.put(name, LimitDescriptor.of(plan)));
		return plans;
	}

	private String source(String policy) {
		String declared = this.policies.now().declaredBy(policy);
		String property = RateLimitProperties.PREFIX + ".policies." + policy;
		Origin limits = this.origins.find(property + ".limits");
		Origin origin = (limits != null) ? limits : this.origins.find(property + ".default-plan");
		return (origin != null || declared == null) ? String.valueOf(origin) : "@RateLimit on " + declared;
	}

	private static String orEmpty(@Nullable String text) {
		return Objects.requireNonNullElse(text, "");
	}

}
