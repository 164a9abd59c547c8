package io.github.ratelimit.test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;

/**
 * Assertions on a {@link Decision}.
 */
public final class RateLimitDecisionAssert extends AbstractAssert<RateLimitDecisionAssert, Decision> {

	RateLimitDecisionAssert(@Nullable Decision decision) {
		super(decision, RateLimitDecisionAssert.class);
	}

	/**
	 * Verifies that the call was allowed.
	 * @return this
	 */
	public RateLimitDecisionAssert isAllowed() {
		isNotNull();
		if (!this.actual.allowed()) {
			failWithMessage("Expected the call to be allowed, but it was rejected: %s", told());
		}
		return this;
	}

	/**
	 * Verifies that the call was rejected.
	 * @return this
	 */
	public RateLimitDecisionAssert isRejected() {
		isNotNull();
		if (this.actual.allowed()) {
			failWithMessage("Expected the call to be rejected, but it was allowed: %s", told());
		}
		return this;
	}

	/**
	 * Verifies that the call was rejected, by a limit of a policy.
	 * @param policy the name of the policy
	 * @return this
	 */
	public RateLimitDecisionAssert isRejectedBy(String policy) {
		isRejected();
		List<String> by = this.actual.exhausted().stream().map((state) -> state.charge().policy().name()).toList();
		if (!by.contains(policy)) {
			failWithMessage("Expected the call to be rejected by policy '%s', but it was by %s", policy, by);
		}
		return this;
	}

	/**
	 * Verifies how many permits the caller has left.
	 * @param policy the name of the policy; if it has several limits, the one counts that
	 * leaves least
	 * @param permits how many
	 * @return this
	 */
	public RateLimitDecisionAssert hasRemaining(String policy, long permits) {
		isNotNull();
		long remaining = this.actual.states()
			.stream()
			.filter((state) -> state.charge().policy().name().equals(policy))
			.mapToLong(LimitState::remaining)
			.min()
			.orElseThrow(() -> failure("Expected policy '%s' to be charged, but it was not: %s", policy, told()));
		if (remaining != permits) {
			failWithMessage("Expected %d permits of policy '%s' to be left, but there are %d", permits, policy,
					remaining);
		}
		return this;
	}

	/**
	 * Verifies when the same call would be allowed.
	 * @param time the time until then, exactly
	 * @return this
	 */
	public RateLimitDecisionAssert hasRetryAfter(Duration time) {
		isNotNull();
		Duration retryAfter = this.actual.retryAfter();
		if (!Objects.equals(retryAfter, time)) {
			failWithMessage("Expected the call to be allowed after %s, but it is after %s", time,
					(retryAfter != null) ? retryAfter : "no time at all");
		}
		return this;
	}

	private List<String> told() {
		return this.actual.states()
			.stream()
			.map((state) -> state.charge().policy().name() + " " + state.limit() + " for '" + state.charge().key()
					+ "' leaves " + state.remaining())
			.toList();
	}

}
