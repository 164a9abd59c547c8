package io.github.ratelimit.autoconfigure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Policy;
import io.github.ratelimit.PolicySource;

import org.springframework.util.function.SingletonSupplier;

/**
 * The application's own sources of policies, asked in order: the first that knows a name
 * says what it is. They are created when they are needed, because they may need much
 * themselves.
 */
final class PolicySources implements PolicySource {

	private final SingletonSupplier<List<PolicySource>> sources;

	PolicySources(Supplier<List<PolicySource>> sources) {
		this.sources = SingletonSupplier.of(sources);
	}

	@Override
	public @Nullable Policy find(String name) {
		for (PolicySource source : this.sources.obtain()) {
			Policy policy = source.find(name);
			if (policy != null) {
				return policy;
			}
		}
		return null;
	}

	@Override
	public List<Policy> variants(String name) {
		for (PolicySource source : this.sources.obtain()) {
			List<Policy> variants = source.variants(name);
			if (!variants.isEmpty()) {
				return variants;
			}
		}
		return List.of();
	}

	@Override
	public Collection<Policy> policies() {
		Map<String, Policy> all = new LinkedHashMap<>();
		for (PolicySource source : this.sources.obtain()) {
			source.policies().forEach((policy) -> all.putIfAbsent(policy.name(), policy));
		}
		return all.values();
	}

}
