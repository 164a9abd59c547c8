package com.example.extending;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.PolicySource;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

@Component
public class PartnerPolicies implements PolicySource {

	private final Map<String, Policy> policies = new ConcurrentHashMap<>();

	public void put(String partner, String limits) {
		String name = "partner-" + partner;
		this.policies.put(name, new Policy(name, Algorithm.SLIDING_WINDOW, Limit.parseAll(limits), 1));
	}

	@Override
	public @Nullable Policy find(String name) {
		return this.policies.get(name);
	}

	@Override
	public Collection<Policy> policies() {
		return List.copyOf(this.policies.values());
	}

}
