package io.github.ratelimit.autoconfigure;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import io.github.ratelimit.web.HandlerPolicies;
import io.github.ratelimit.web.RequestPolicies;

/**
 * The policies of handlers as they are now.
 *
 * @param now what was made of the policies in force
 */
record ReloadableHandlers(Supplier<AnnotatedHandlers> now) implements HandlerPolicies {

	@Override
	public RequestPolicies of(Method method, Class<?> type) {
		return this.now.get().of(method, type);
	}

	/** The policies of requests whatever their handler says. */
	RequestPolicies byPath() {
		return this.now.get().byPath();
	}

}
