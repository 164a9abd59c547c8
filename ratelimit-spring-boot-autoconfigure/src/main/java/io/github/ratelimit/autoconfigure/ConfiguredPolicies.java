package io.github.ratelimit.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.PolicySource;
import io.github.ratelimit.UnknownPolicyException;
import io.github.ratelimit.annotation.CallPolicies;
import io.github.ratelimit.annotation.CallPolicy;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.annotation.RateLimitDeclaration;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * The policies that the configuration defines and does not switch off, and those that
 * annotations declare in place: what the configuration says of these comes first.
 */
final class ConfiguredPolicies implements PolicySource, CallPolicies, SmartInitializingSingleton {

	private final Map<String, RateLimitProperties.Policy> properties;

	private final RateLimitAnnotations annotations;

	private final Map<String, RateLimitDeclaration> declared = new ConcurrentHashMap<>();

	/** How many declarations have been looked at. */
	private volatile int seen;

	/** Replaced, never changed. */
	private volatile Map<String, Configured> policies = Map.of();

	ConfiguredPolicies(RateLimitProperties properties, RateLimitAnnotations annotations) {
		this.properties = properties.policies();
		this.annotations = annotations;
		unambiguous(this.properties.keySet());
		declare();
		this.properties.forEach((name, policy) -> {
			if (!this.declared.containsKey(name) && !policy.limits().isEmpty()) {
				put(name, policy, null);
			}
		});
	}

	/**
	 * Checks what could not be checked before all beans were seen.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		declare();
		this.properties.forEach((name, policy) -> {
			if (!this.declared.containsKey(name) && policy.limits().isEmpty()) {
				put(name, policy, null);
			}
		});
		this.policies.forEach((name, configured) -> check(name, configured.declaration(),
				() -> distinguishable(configured.policy())));
		this.annotations.declarations()
			.stream()
			.filter((declaration) -> !knows(declaration.policy()))
			.forEach(this::unknown);
		this.annotations.check(this);
	}

	@Override
	public @Nullable Policy find(String name) {
		Configured configured = configured(name);
		if (configured != null) {
			return configured.policy();
		}
		return knows(name) ? Policy.disabled(name) : null;
	}

	@Override
	public @Nullable CallPolicy find(RateLimitDeclaration declaration) {
		Configured configured = named(declaration);
		if (configured == null) {
			return null;
		}
		if (!declaration.inPlace()) {
			return new CallPolicy(configured.policy(), declaration.key(), declaration.cost(), declaration.unless());
		}
		RateLimitProperties.Policy properties = configured.properties();
		return new CallPolicy(configured.policy(), properties.key(),
				properties.saysCost() ? said(properties.costExpression()) : declaration.cost(),
				said(properties.unless()));
	}

	private static String said(@Nullable String expression) {
		return (expression != null) ? expression : "";
	}

	/** Makes something of each policy that may apply to requests. */
	<T> Map<String, T> map(BiFunction<Policy, RateLimitProperties.Policy, T> mapper) {
		return map(Configured::forRequests, mapper);
	}

	/** Makes something of each policy, whatever it applies to. */
	<T> Map<String, T> mapAll(BiFunction<Policy, RateLimitProperties.Policy, T> mapper) {
		return map((configured) -> true, mapper);
	}

	/**
	 * Makes something of the policy that is declared or named on a handler; what the
	 * handler says of a named one comes first.
	 */
	<T> @Nullable T map(RateLimitDeclaration declaration, BiFunction<Policy, RateLimitProperties.Policy, T> mapper) {
		Configured configured = named(declaration);
		if (configured == null) {
			return null;
		}
		try {
			RateLimitProperties.Policy properties = declaration.inPlace() ? configured.properties()
					: DeclaredPolicy.of(declaration).orElse(configured.properties());
			return mapper.apply(policy(declaration.policy(), properties), properties);
		}
		catch (InvalidPolicyException ex) {
			throw declaration.invalid(ex);
		}
	}

	/** Where a policy was declared, if an annotation did; else null. */
	@Nullable String declaredBy(String name) {
		RateLimitDeclaration declaration = this.declared.get(name);
		return (declaration != null) ? declaration.place() : null;
	}

	private <T> Map<String, T> map(Predicate<Configured> filter,
			BiFunction<Policy, RateLimitProperties.Policy, T> mapper) {
		Map<String, T> results = new LinkedHashMap<>();
		this.policies.forEach((name, configured) -> {
			if (filter.test(configured)) {
				results.put(name, check(name, configured.declaration(),
						() -> mapper.apply(configured.policy(), configured.properties())));
			}
		});
		return results;
	}

	private @Nullable Configured named(RateLimitDeclaration declaration) {
		Configured configured = configured(declaration.policy());
		if (configured == null && !knows(declaration.policy())) {
			throw new UnknownPolicyException(declaration.policy());
		}
		return configured;
	}

	private @Nullable Configured configured(String name) {
		Configured configured = this.policies.get(name);
		if (configured == null && this.annotations.declarations().size() > this.seen) {
			declare();
			configured = this.policies.get(name);
		}
		return configured;
	}

	private boolean knows(String name) {
		return this.properties.containsKey(name) || this.declared.containsKey(name);
	}

	private void unknown(RateLimitDeclaration declaration) {
		throw declaration.invalid(new InvalidPolicyException("policy", declaration.policy(),
				"the name of a policy below ratelimit.policies, or of one that another annotation declares"));
	}

	/** Looks at declarations of beans that were not seen before. */
	private synchronized void declare() {
		List<RateLimitDeclaration> declarations = this.annotations.declarations();
		declarations.subList(this.seen, declarations.size())
			.stream()
			.filter(RateLimitDeclaration::inPlace)
			.forEach(this::declare);
		this.seen = declarations.size();
	}

	private void declare(RateLimitDeclaration declaration) {
		String name = declaration.policy();
		RateLimitDeclaration other = this.declared.putIfAbsent(name, declaration);
		if (other == null) {
			unambiguous(Set.of(name));
			RateLimitProperties.Policy properties = check(declaration);
			RateLimitProperties.Policy configured = this.properties.get(name);
			put(name, (configured != null) ? configured.orElse(properties) : properties, declaration);
		}
		else if (!other.shares(declaration)) {
			throw declaration.invalid(new InvalidPolicyException("name", name,
					"a name that no other annotation has declared; " + other.place() + " has it: say 'name'"));
		}
	}

	/** A mistake in an annotation is one even if the configuration conceals it. */
	private RateLimitProperties.Policy check(RateLimitDeclaration declaration) {
		try {
			RateLimitProperties.Policy properties = DeclaredPolicy.of(declaration);
			if (!declaration.limits().isEmpty()) {
				policy(declaration.policy(), properties);
			}
			return properties;
		}
		catch (InvalidPolicyException ex) {
			throw declaration.invalid(ex);
		}
	}

	private synchronized void put(String name, RateLimitProperties.Policy properties,
			@Nullable RateLimitDeclaration declaration) {
		if (properties.enabled()) {
			Map<String, Configured> all = new LinkedHashMap<>(this.policies);
			all.put(name,
					check(name, declaration, () -> new Configured(policy(name, properties), properties, declaration)));
			this.policies = all;
		}
	}

	private static Policy policy(String name, RateLimitProperties.Policy properties) {
		return new Policy(name, properties.algorithm(),
				properties.limits().stream().map(LimitProperties::toLimit).toList(), properties.fixedCost(),
				Policy.Mode.ENFORCED, properties.lease())
			.in(properties.mode());
	}

	private void unambiguous(Set<String> names) {
		this.properties.keySet().forEach((name) -> check(name, null, () -> unambiguous(name, names)));
	}

	/**
	 * An environment variable cannot spell a hyphen: it would define a policy beside the
	 * one that it is to change.
	 */
	private static String unambiguous(String name, Set<String> names) {
		for (String other : names) {
			if (!other.equals(name) && other.replace("-", "").equals(name)) {
				throw new InvalidPolicyException("name", name, "a name other than that of '" + other
						+ "' without hyphens; to change that one from outside, use a property instead of an environment variable");
			}
		}
		return name;
	}

	/** In fields and problems, each of several limits has a name of its own. */
	private Policy distinguishable(Policy policy) {
		for (Limit limit : policy.limits()) {
			String other = policy.name() + "-" + limit.windowText();
			if (policy.limits().size() > 1 && this.policies.containsKey(other)) {
				throw new InvalidPolicyException("name", policy.name(),
						"another name, because callers cannot tell its limit " + limit + " from the policy '" + other
								+ "'");
			}
		}
		return policy;
	}

	/** Names the property of a mistake, or the annotation if there is no property. */
	private <T> T check(String name, @Nullable RateLimitDeclaration declaration, Supplier<T> result) {
		try {
			return result.get();
		}
		catch (InvalidPolicyException ex) {
			if (declaration != null && !this.properties.containsKey(name)) {
				throw declaration.invalid(ex);
			}
			String property = RateLimitProperties.PREFIX + ".policies." + name;
			throw new InvalidRateLimitPropertyException(
					ex.part().equals("name") ? property : property + "." + ex.part(), ex);
		}
	}

	private record Configured(Policy policy, RateLimitProperties.Policy properties,
			@Nullable RateLimitDeclaration declaration) {

		Configured {
			if (declaration != null && !declaration.handler()) {
				properties.saidOfRequests().forEach((property, value) -> {
					throw new InvalidPolicyException(property, value,
							"nothing, because the policy is declared on a bean that handles no requests");
				});
			}
		}

		boolean forRequests() {
			return this.declaration == null || this.declaration.handler();
		}

	}

}
