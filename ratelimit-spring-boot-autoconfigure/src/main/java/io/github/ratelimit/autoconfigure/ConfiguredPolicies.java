package io.github.ratelimit.autoconfigure;

import java.util.Collection;
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
import io.github.ratelimit.Policy;
import io.github.ratelimit.PolicySource;
import io.github.ratelimit.UnknownPolicyException;
import io.github.ratelimit.annotation.CallPolicy;
import io.github.ratelimit.annotation.RateLimitAnnotations;
import io.github.ratelimit.annotation.RateLimitDeclaration;

/**
 * The policies that the configuration defines and does not switch off, and those that
 * annotations declare in place: what the configuration says of these comes first. Other
 * names are those of other sources.
 */
final class ConfiguredPolicies implements PolicySource, CallPolicy.Source {

	private final Map<String, RateLimitProperties.Policy> properties;

	private final RateLimitAnnotations annotations;

	private final PolicySource others;

	private final Map<String, RateLimitDeclaration> declared = new ConcurrentHashMap<>();

	/** How many declarations have been looked at. */
	private volatile int seen;

	/** Replaced, never changed. */
	private volatile Map<String, ConfiguredPolicy> policies = Map.of();

	private volatile boolean settles;

	ConfiguredPolicies(Map<String, RateLimitProperties.Policy> properties, RateLimitAnnotations annotations,
			PolicySource others) {
		this.properties = properties;
		this.annotations = annotations;
		this.others = others;
		this.settles = properties.values().stream().anyMatch((policy) -> policy.countWhen() != null);
		unambiguous(this.properties.keySet());
		declare();
		this.properties.forEach((name, policy) -> {
			if (!this.declared.containsKey(name) && policy.saysLimits()) {
				put(name, policy, null);
			}
		});
	}

	/**
	 * Checks what could not be checked before all beans were seen.
	 */
	void check() {
		declare();
		this.properties.forEach((name, policy) -> {
			if (!this.declared.containsKey(name) && !policy.saysLimits()) {
				put(name, policy, null);
			}
		});
		this.policies.forEach((name, configured) -> check(name, configured.declaration(),
				() -> PolicyNames.distinguishable(configured, this.policies.keySet())));
		this.annotations.declarations()
			.stream()
			.filter((declaration) -> find(declaration.policy()) == null)
			.forEach(this::unknown);
		this.annotations.check(this);
	}

	@Override
	public @Nullable Policy find(String name) {
		ConfiguredPolicy configured = configured(name);
		if (configured != null) {
			return configured.policy();
		}
		return knows(name) ? Policy.disabled(name) : this.others.find(name);
	}

	@Override
	public List<Policy> variants(String name) {
		ConfiguredPolicy configured = configured(name);
		if (configured != null) {
			return configured.variants();
		}
		return knows(name) ? List.of() : this.others.variants(name);
	}

	@Override
	public Collection<Policy> policies() {
		Map<String, Policy> all = new LinkedHashMap<>(mapAll((policy, properties) -> policy));
		this.others.policies()
			.stream()
			.filter((policy) -> !knows(policy.name()))
			.forEach((policy) -> all.put(policy.name(), policy));
		return all.values();
	}

	/**
	 * Whether another source says what a policy is, which then may change.
	 */
	boolean isElsewhere(String name) {
		return configured(name) == null && !knows(name);
	}

	/** A policy as it is now. */
	Policy current(String name) {
		Policy policy = find(name);
		if (policy == null) {
			throw new UnknownPolicyException(name);
		}
		return policy;
	}

	@Override
	public @Nullable CallPolicy find(RateLimitDeclaration declaration) {
		ConfiguredPolicy configured = named(declaration);
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

	/** What the configuration says, whether or not it is in force. */
	Map<String, RateLimitProperties.Policy> properties() {
		return this.properties;
	}

	/** Whether it may depend on a response what a request must pay. */
	boolean settles() {
		return this.settles;
	}

	/** The policies in force, by name, with what was said of them. */
	Map<String, ConfiguredPolicy> inForce() {
		return this.policies;
	}

	/** Makes something of each policy that may apply to requests. */
	<T> Map<String, T> map(BiFunction<Policy, RateLimitProperties.Policy, T> mapper) {
		return map(ConfiguredPolicy::forRequests, mapper);
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
		ConfiguredPolicy configured = named(declaration);
		if (configured == null) {
			return null;
		}
		try {
			RateLimitProperties.Policy properties = declaration.inPlace() ? configured.properties()
					: DeclaredPolicy.of(declaration).orElse(configured.properties());
			return mapper.apply(isElsewhere(declaration.policy()) ? configured.policy()
					: PolicyLimits.standard(declaration.policy(), properties), properties);
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

	private <T> Map<String, T> map(Predicate<ConfiguredPolicy> filter,
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

	private @Nullable ConfiguredPolicy named(RateLimitDeclaration declaration) {
		ConfiguredPolicy configured = configured(declaration.policy());
		if (configured != null || knows(declaration.policy())) {
			return configured;
		}
		Policy other = this.others.find(declaration.policy());
		if (other == null) {
			throw new UnknownPolicyException(declaration.policy());
		}
		return new ConfiguredPolicy(other, RateLimitProperties.Policy.SILENT, null);
	}

	private @Nullable ConfiguredPolicy configured(String name) {
		ConfiguredPolicy configured = this.policies.get(name);
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
				"the name of a policy below ratelimit.policies, or of one that another annotation declares or a PolicySource bean knows",
				policies().stream().map(Policy::name).toList()));
	}

	/** Looks at declarations of beans that were not seen before. */
	private synchronized void declare() {
		List<RateLimitDeclaration> declarations = this.annotations.declarations();
		for (RateLimitDeclaration declaration : declarations.subList(this.seen, declarations.size())) {
			this.settles = this.settles || !declaration.countWhen().isEmpty();
			if (declaration.inPlace()) {
				declare(declaration);
			}
		}
		this.seen = declarations.size();
	}

	private void declare(RateLimitDeclaration declaration) {
		String name = declaration.policy();
		RateLimitDeclaration other = this.declared.putIfAbsent(name, declaration);
		if (other == null) {
			unambiguous(Set.of(name));
			RateLimitProperties.Policy properties = DeclaredPolicy.checked(declaration);
			RateLimitProperties.Policy configured = this.properties.get(name);
			put(name, (configured != null) ? configured.orElse(properties) : properties, declaration);
		}
		else if (!other.shares(declaration)) {
			throw declaration.invalid(new InvalidPolicyException("name", name,
					"a name that no other annotation has declared; " + other.place() + " has it: say 'name'"));
		}
	}

	private synchronized void put(String name, RateLimitProperties.Policy properties,
			@Nullable RateLimitDeclaration declaration) {
		if (properties.enabled()) {
			Map<String, ConfiguredPolicy> all = new LinkedHashMap<>(this.policies);
			all.put(name, check(name, declaration,
					() -> new ConfiguredPolicy(PolicyLimits.standard(name, properties), properties, declaration)));
			this.policies = all;
		}
	}

	private void unambiguous(Set<String> names) {
		this.properties.keySet().forEach((name) -> check(name, null, () -> PolicyNames.unambiguous(name, names)));
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

}
