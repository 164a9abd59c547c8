package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ratelimit.Policy;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.web.RateLimitExemption;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.RequestPolicy;
import io.github.ratelimit.web.Stage;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Makes of the configured policies what the web stacks ask.
 */
final class ConfiguredRequestPolicies {

	private static final Log logger = LogFactory.getLog(ConfiguredRequestPolicies.class);

	private final ReloadablePolicies policies;

	private final ConfiguredPlans plans;

	private final ListableBeanFactory beans;

	private final Set<String> hinted = ConcurrentHashMap.newKeySet();

	ConfiguredRequestPolicies(ReloadablePolicies policies, ConfiguredPlans plans, ListableBeanFactory beans) {
		this.policies = policies;
		this.plans = plans;
		this.beans = beans;
	}

	/** The policies of one stage that apply by path; all stages are checked. */
	Supplier<RequestPolicies> of(Stage stage, PathPatternParser parser) {
		return this.policies.view((now) -> of(stage, now, mapper(now, parser)));
	}

	private RequestPolicies of(Stage stage, ConfiguredPolicies now, RequestPolicyMapper mapper) {
		List<RequestPolicy> applied = new ArrayList<>();
		now.map((policy, properties) -> {
			RequestPolicy applies = mapper.apply(policy, properties);
			return properties.stage() == stage && !applies.paths().isEmpty() && applied.add(applies);
		});
		return new RequestPolicies(stage, applied,
				this.beans.getBeanProvider(RateLimitExemption.class).orderedStream().toList());
	}

	/** The policies of handlers, which lie behind security. */
	ReloadableHandlers handlers(RateLimitAnnotations annotations, PathPatternParser parser) {
		return new ReloadableHandlers(
				this.policies.view((now) -> handlers(annotations, now, mapper(now, parser)), AnnotatedHandlers::check));
	}

	private AnnotatedHandlers handlers(RateLimitAnnotations annotations, ConfiguredPolicies now,
			RequestPolicyMapper mapper) {
		List<RequestPolicy> all = new ArrayList<>();
		now.map((policy, properties) -> all.add(mapper.apply(policy, properties)));
		all.removeIf((policy) -> !policy.policy().enabled());
		all.stream().filter((policy) -> policy.isEvadable(all)).forEach(this::hint);
		return new AnnotatedHandlers(annotations, now, of(Stage.AFTER_SECURITY, now, mapper), mapper::ofHandler);
	}

	/** Says it once, however often the configuration changes. */
	private void hint(RequestPolicy policy) {
		if (this.hinted.add(policy.policy().name())) {
			logger.info("Policy '" + policy.policy().name()
					+ "' counts by a value that callers choose: who makes up a new"
					+ " one for each call is never rejected. Unless something else refuses unknown values first,"
					+ " add a policy for the same paths and methods with the key 'ip'.");
		}
	}

	private RequestPolicyMapper mapper(ConfiguredPolicies now, PathPatternParser parser) {
		return new RequestPolicyMapper(now, this.plans, this.beans, parser);
	}

}
