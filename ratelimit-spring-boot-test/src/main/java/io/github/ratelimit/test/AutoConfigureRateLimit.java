package io.github.ratelimit.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Limits the application in a test as it is limited in production, but for where the
 * limits are kept: in memory, by a clock that stands still until the test moves it. What
 * was spent is forgotten before each test method. Goes with {@code @SpringBootTest},
 * {@code @WebMvcTest} and {@code @WebFluxTest}; the latter two do not limit anything
 * without it.
 * <p>
 * The test moves the clock by the bean {@link RateLimits}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureRateLimit {

}
