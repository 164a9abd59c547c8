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

	/**
	 * Tells who calls most.
	 * @param policy under which policy
	 * @return decisions of the last minutes by caller, on all instances, the most first
	 */
	Map<String, Long> mostActive(String policy);

	/**
	 * Tells who is rejected most.
	 * @param policy by which policy
	 * @return rejections of the last minutes by caller, on all instances, the most first
	 */
	Map<String, Long> mostRejected(String policy);

}
