package io.github.ratelimit.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.RateLimiter;

/**
 * Where limits on calls to others are found by the names of their policies:
 *
 * <pre>
 * &#64;Bean
 * RestClient partner(RestClient.Builder builder, OutboundRateLimits limits) {
 *     return builder.requestInterceptor(new RateLimitClientHttpRequestInterceptor(limits.named("partner"))).build();
 * }
 * </pre>
 */
public final class OutboundRateLimits {

	private final RateLimiter rateLimiter;

	private final Supplier<Map<String, Duration>> maxWaits;

	/**
	 * Creates a source of limits.
	 * @param rateLimiter decides
	 * @param maxWaits how long calls wait for permits unless they say otherwise, by the
	 * names of policies; without an entry they fail at once. Asked again with every
	 * rejected call
	 */
	public OutboundRateLimits(RateLimiter rateLimiter, Supplier<Map<String, Duration>> maxWaits) {
		this.rateLimiter = rateLimiter;
		this.maxWaits = maxWaits;
	}

	/**
	 * Finds the limit that a policy sets. All that are found by one name share it, on all
	 * instances of the application.
	 * @param policy the name of the policy
	 * @return the limit, with one key for all calls
	 * @throws io.github.ratelimit.UnknownPolicyException if no policy has that name
	 */
	public OutboundRateLimit named(String policy) {
		this.rateLimiter.policy(policy);
		return new OutboundRateLimit(this.rateLimiter, policy,
				() -> this.maxWaits.get().getOrDefault(policy, Duration.ZERO));
	}

}
