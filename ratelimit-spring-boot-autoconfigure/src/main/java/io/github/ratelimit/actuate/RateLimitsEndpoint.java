package io.github.ratelimit.actuate;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * Actuator endpoint that lists the policies in force.
 */
@Endpoint(id = "ratelimits")
public final class RateLimitsEndpoint {

	private final String store;

	private final Supplier<Map<String, PolicyDescriptor>> policies;

	/**
	 * Creates an endpoint.
	 * @param store the kind of store that decides
	 * @param policies gives the policies in force, by name; asked whenever they are read
	 */
	public RateLimitsEndpoint(String store, Supplier<Map<String, PolicyDescriptor>> policies) {
		this.store = store;
		this.policies = policies;
	}

	@ReadOperation
	public RateLimits rateLimits() {
		return new RateLimits(this.store, this.policies.get());
	}

	/**
	 * All policies.
	 *
	 * @param store the kind of store that decides
	 * @param policies the policies in force, by name
	 */
	public record RateLimits(String store, Map<String, PolicyDescriptor> policies) {
	}

	/**
	 * A policy, and to what it applies, in the words of the configuration.
	 *
	 * @param algorithm how spent permits come back
	 * @param limits its limits
	 * @param cost permits per call
	 * @param lease permits that each instance may take ahead for a busy key
	 * @param maxWait how long a call to someone else may wait for them
	 * @param key who is counted
	 * @param paths to which requests it applies; none if only where it is named
	 * @param excludePaths to which of these it does not
	 * @param methods to which methods; to all if empty
	 * @param stage when it is enforced
	 * @param unless what is exempt; empty if nothing is
	 * @param countWhen which responses are counted; empty if all are
	 * @param exemptAddresses which clients are exempt by address
	 * @param exemptRoles which principals are exempt by role
	 * @param rejectStatus status of responses to rejected calls
	 * @param rejectDetail what callers are told then; empty for what the library says
	 * @param onFailure what holds while the store cannot decide
	 */
	public record PolicyDescriptor(String algorithm, List<LimitDescriptor> limits, String cost, long lease,
			String maxWait, List<String> key, List<String> paths, List<String> excludePaths, List<String> methods,
			String stage, String unless, String countWhen, List<String> exemptAddresses, List<String> exemptRoles,
			int rejectStatus, String rejectDetail, String onFailure) {
	}

	/**
	 * A limit.
	 *
	 * @param permits how many permits come back per window
	 * @param window the time in which they come back
	 * @param burst how many can be spent at once
	 */
	public record LimitDescriptor(long permits, String window, long burst) {
	}

}
