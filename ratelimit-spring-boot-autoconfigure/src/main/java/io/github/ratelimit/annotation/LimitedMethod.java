package io.github.ratelimit.annotation;

import java.lang.reflect.Method;
import java.util.List;

/**
 * What annotations say about a method, its own or those of its class.
 *
 * @param method the method
 * @param type the class of the bean that has it
 * @param handler whether it handles requests
 * @param declarations what limits it; empty if nothing does
 * @param exempt whether it is exempt from all limits
 */
public record LimitedMethod(Method method, Class<?> type, boolean handler, List<RateLimitDeclaration> declarations,
		boolean exempt) {

	public LimitedMethod {
		declarations = List.copyOf(declarations);
	}

	/** Whether calls of the method have to be intercepted. */
	boolean intercepted() {
		return !this.handler && !this.declarations.isEmpty();
	}

	/** Whether annotations say anything about it. */
	boolean annotated() {
		return this.exempt || !this.declarations.isEmpty();
	}

}
