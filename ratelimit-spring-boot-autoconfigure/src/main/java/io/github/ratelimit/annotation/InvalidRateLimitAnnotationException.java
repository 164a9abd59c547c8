package io.github.ratelimit.annotation;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;

import io.github.ratelimit.InvalidPolicyException;

/**
 * Thrown when a {@link RateLimit} cannot be used.
 */
public final class InvalidRateLimitAnnotationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The class, or the class and the method. */
	private final String where;

	InvalidRateLimitAnnotationException(AnnotatedElement where, InvalidPolicyException cause) {
		super("@RateLimit on " + describe(where) + " cannot be used: " + cause.getMessage(), cause);
		this.where = describe(where);
	}

	/**
	 * Where the annotation is.
	 * @return the class, or the class and the method
	 */
	public String where() {
		return this.where;
	}

	static String describe(AnnotatedElement where) {
		return (where instanceof Method method) ? method.getDeclaringClass().getName() + "." + method.getName()
				: ((Class<?>) where).getName();
	}

}
