package io.github.ratelimit.web;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

/**
 * What is the same in all fields about a policy.
 *
 * @param names its limits, quoted
 * @param members the same, with quota and window
 */
record PolicyText(List<String> names, List<String> members) {

	static PolicyText of(Policy policy) {
		return new PolicyText(policy.limits().stream().map((limit) -> quoted(policy, limit)).toList(),
				policy.limits().stream().map((limit) -> member(policy, limit)).toList());
	}

	private static String quoted(Policy policy, Limit limit) {
		return '"' + RateLimitFields.name(policy, limit) + '"';
	}

	private static String member(Policy policy, Limit limit) {
		return quoted(policy, limit) + ";q=" + RateLimitFields.integer(limit.burst()) + ";w="
				+ RateLimitFields.integer(RateLimitFields.seconds(window(policy, limit)));
	}

	/** The time in which a full quota comes back. */
	private static Duration window(Policy policy, Limit limit) {
		if (policy.algorithm() != Algorithm.TOKEN_BUCKET) {
			return limit.window();
		}
		long level = limit.burst() * limit.window().toMillis();
		return Duration.ofMillis((level + limit.permits() - 1) / limit.permits());
	}

}
