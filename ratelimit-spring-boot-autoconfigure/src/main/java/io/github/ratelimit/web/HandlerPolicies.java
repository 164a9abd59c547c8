package io.github.ratelimit.web;

import java.lang.reflect.Method;

/**
 * Finds the policies of handlers that say themselves what limits them, or that nothing
 * does.
 */
@FunctionalInterface
public interface HandlerPolicies {

	/**
	 * Finds all policies that may apply to the requests of a handler. The answer is
	 * remembered.
	 * @param method the method that handles requests
	 * @param type the class of the bean that has it
	 * @return those that match by their paths, and those that the handler names; none if
	 * it is exempt
	 */
	RequestPolicies of(Method method, Class<?> type);

}
