package io.github.ratelimit;

import java.time.DateTimeException;

import org.jspecify.annotations.Nullable;

/**
 * An override as it is kept, and the last policy that it was applied to: that is the same
 * one from call to call.
 */
final class ActiveOverride {

	private final String text;

	private final RateLimitOverride said;

	private volatile @Nullable Applied last;

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
		Applied applied = this.last;
		if (applied == null || !applied.from().equals(policy)) {
			applied = new Applied(policy, changed(policy));
			this.last = applied;
		}
		return applied.to();
	}

	private Policy changed(Policy policy) {
		try {
			return this.said.applyTo(policy);
		}
		catch (InvalidPolicyException ex) {
			return policy;
		}
	}

	private record Applied(Policy from, Policy to) {

	}

}
