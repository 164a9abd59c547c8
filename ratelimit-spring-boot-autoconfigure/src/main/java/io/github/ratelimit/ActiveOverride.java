package io.github.ratelimit;

import java.time.DateTimeException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * An override as it is kept, and what it makes of policies: the same from call to call.
 */
final class ActiveOverride {

	/** Only code that makes a policy for each call has more, and it is applied again. */
	private static final int MAX_POLICIES = 10_000;

	private final String text;

	private final RateLimitOverride said;

	private final Map<Policy, Policy> applied = new ConcurrentHashMap<>();

	private ActiveOverride(String text, RateLimitOverride said) {
		this.text = text;
		this.said = said;
	}

	/**
	 * Reads one.
	 * @return null if the text says something that is not known here, as a later version
	 * may have written
	 */
	static @Nullable ActiveOverride read(String name, String text) {
		try {
			return new ActiveOverride(text, OverrideText.read(name, text));
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			return null;
		}
	}

	String text() {
		return this.text;
	}

	RateLimitOverride said() {
		return this.said;
	}

	/**
	 * What becomes of a policy: nothing if the override does not go with it, because the
	 * configuration has changed since.
	 */
	Policy applyTo(Policy policy) {
		Policy known = this.applied.get(policy);
		if (known != null) {
			return known;
		}
		if (this.applied.size() >= MAX_POLICIES) {
			this.applied.clear();
		}
		return this.applied.computeIfAbsent(policy, this::changed);
	}

	private Policy changed(Policy policy) {
		try {
			return this.said.applyTo(policy);
		}
		catch (InvalidPolicyException ex) {
			return policy;
		}
	}

}
