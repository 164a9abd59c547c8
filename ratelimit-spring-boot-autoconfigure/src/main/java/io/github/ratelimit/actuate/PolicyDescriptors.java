package io.github.ratelimit.actuate;

import java.util.Map;

import io.github.ratelimit.actuate.RateLimitDescriptors.PolicyDescriptor;

/**
 * What is known of policies.
 */
public interface PolicyDescriptors {

	/**
	 * Describes the policies in force.
	 * @return the policies by name, as they are now
	 */
	Map<String, PolicyDescriptor> all();

}
