package io.github.ratelimit.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;

/**
 * What a call to someone else must pay before it is sent, and how long it may wait for
 * the permits. Immutable. Those that wait are not queued: each tries again when permits
 * should have come back, and whoever comes first gets them.
 */
public final class OutboundRateLimit {

	private final RateLimiter rateLimiter;

	private final String policy;

	private final Function<URI, String> key;

	private final Supplier<Duration> maxWait;

	/** Counts all calls under one key, the one of {@code all} in configuration. */
	OutboundRateLimit(RateLimiter rateLimiter, String policy, Supplier<Duration> maxWait) {
		this(rateLimiter, policy, (uri) -> Charge.EVERYONE, maxWait);
	}

	private OutboundRateLimit(RateLimiter rateLimiter, String policy, Function<URI, String> key,
			Supplier<Duration> maxWait) {
		this.rateLimiter = rateLimiter;
		this.policy = policy;
		this.key = key;
		this.maxWait = maxWait;
	}

	/**
	 * The same limit, with calls told apart.
	 * @param key the key under which a call is counted, such as {@code URI::getHost}; not
	 * empty
	 * @return a limit that counts calls by that key
	 */
	public OutboundRateLimit withKey(Function<URI, String> key) {
		return new OutboundRateLimit(this.rateLimiter, this.policy, key, this.maxWait);
	}

	/**
	 * The same limit, with another time to wait.
	 * @param maxWait how long a call may wait for permits; zero to fail at once
	 * @return a limit whose calls wait that long
	 */
	public OutboundRateLimit withMaxWait(Duration maxWait) {
		if (maxWait.isNegative()) {
			throw new IllegalArgumentException("The time to wait '" + maxWait + "' is negative");
		}
		return new OutboundRateLimit(this.rateLimiter, this.policy, this.key, () -> maxWait);
	}

	RateLimiter rateLimiter() {
		return this.rateLimiter;
	}

	/**
	 * What a call must pay.
	 * @param uri where it goes
	 * @return the charge of the policy
	 */
	List<Charge> charges(URI uri) {
		return List.of(new Charge(this.rateLimiter.policy(this.policy), this.key.apply(uri)));
	}

	/**
	 * How long to wait after a rejection, before the call tries again.
	 * @param rejected the decision that rejected the call
	 * @param waited time since the call was rejected first
	 * @return no longer than what is left of the time to wait
	 * @throws RateLimitExceededException if waiting never helps, or not in time
	 */
	Duration pause(Decision rejected, Duration waited) {
		Duration retryAfter = rejected.retryAfter();
		if (retryAfter == null || retryAfter.compareTo(this.maxWait.get().minus(waited)) > 0) {
			throw new RateLimitExceededException(rejected);
		}
		return retryAfter;
	}

}
