package io.github.ratelimit.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how a test method, or all of a class, is limited: the application stays the same,
 * so that no other context is started. What a method says holds instead of what its class
 * does. Needs {@link AutoConfigureRateLimit}.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface WithRateLimits {

	/**
	 * Whether nothing is limited, as if no policy were there.
	 * @return true if no call is charged or rejected
	 */
	boolean disabled() default false;

}
