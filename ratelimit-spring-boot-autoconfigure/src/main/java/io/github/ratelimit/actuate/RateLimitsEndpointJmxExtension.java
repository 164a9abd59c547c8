package io.github.ratelimit.actuate;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Policy.Mode;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;
import org.springframework.boot.convert.DurationStyle;

/**
 * The operations of {@link RateLimitsEndpoint} as JMX clients call them: policy and key
 * are two parameters rather than one path, nobody has to say who they are, and everything
 * is text, since consoles offer no way to enter anything else. What a console leaves
 * empty is not said.
 */
@EndpointJmxExtension(endpoint = RateLimitsEndpoint.class)
public final class RateLimitsEndpointJmxExtension {

	private final RateLimitsEndpoint endpoint;

	public RateLimitsEndpointJmxExtension(RateLimitsEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * Tells of a policy, or how the limits of a caller stand.
	 * @param policy the name of the policy
	 * @param key the caller, or null if none is meant
	 * @return null if no policy has that name
	 */
	@ReadOperation
	public @Nullable Object show(String policy, @Nullable String key) {
		return this.endpoint.show(path(policy, key));
	}

	@WriteOperation
	public void overrideAll(Mode mode, @Nullable String duration, @Nullable String reason) {
		this.endpoint.overrideAll(SecurityContext.NONE, mode, duration(duration), reason);
	}

	/**
	 * Overrides a policy for all callers, or for one.
	 * @param policy the name of the policy
	 * @param key the caller, or null if all are meant
	 * @param limits limits in place of the policy's, or null if these stay
	 * @param mode what becomes of calls for which there is no room, or null if that stays
	 * @param duration after which time it ends, or null if it lasts
	 * @param reason why
	 */
	@WriteOperation
	public void override(String policy, @Nullable String key, @Nullable String limits, @Nullable Mode mode,
			@Nullable String duration, @Nullable String reason) {
		this.endpoint.override(SecurityContext.NONE, path(policy, key), limits, mode, duration(duration), reason);
	}

	@DeleteOperation
	public void restoreAll() {
		this.endpoint.restoreAll(SecurityContext.NONE);
	}

	/**
	 * Takes back what overrides a policy for all callers, or makes one caller such that
	 * has never called.
	 * @param policy the name of the policy
	 * @param key the caller, or null if all are meant
	 */
	@DeleteOperation
	public void restore(String policy, @Nullable String key) {
		this.endpoint.restore(SecurityContext.NONE, path(policy, key));
	}

	private static String[] path(String policy, @Nullable String key) {
		return (key != null && !key.isBlank()) ? new String[] { policy, key } : new String[] { policy };
	}

	private static @Nullable Duration duration(@Nullable String text) {
		try {
			return (text != null && !text.isBlank()) ? DurationStyle.detectAndParse(text) : null;
		}
		catch (IllegalArgumentException ex) {
			throw RateLimitsEndpoint.refused(new InvalidPolicyException("duration", text, "a time such as 10m"));
		}
	}

}
