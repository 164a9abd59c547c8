package io.github.ratelimit.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.github.ratelimit.Algorithm;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Limits the calls of a method, or of all methods of a class: {@code @RateLimit("login")}
 * by the policy of that name, {@code @RateLimit(limits = "5/1m")} by one that is declared
 * in place.
 * <p>
 * <strong>On handlers</strong> (methods with {@code @RequestMapping} of classes with
 * {@code @Controller}) the limit holds for requests, before arguments are bound, with the
 * keys, headers and responses that policies under {@code ratelimit.policies} have. A
 * policy that also matches by its paths is charged once, as the annotation says.
 * <p>
 * <strong>On all other beans</strong> it holds for calls through the bean's proxy: public
 * methods if it is on the class, any that can be proxied if it is on the method. A
 * rejected call throws a {@link io.github.ratelimit.RateLimitExceededException}. Methods
 * that return a {@code CompletionStage} fail their stage instead, and do not wait: once
 * permits are acquired the method runs on another thread, as under {@code @Async}.
 * Methods that return a reactive type, Kotlin's {@code Flow} among them, fail their
 * subscriber; every subscription is a call of its own. Kotlin's suspending functions wait
 * without blocking, and throw; they need {@code kotlin-reflect} and
 * {@code kotlinx-coroutines-reactor}. The limit is checked after method security, and
 * before caches and transactions: what a cache answers is counted too, and a rejected
 * call begins no transaction.
 * <p>
 * Annotations are inherited from interfaces and superclasses, and may be composed. Those
 * on a method replace those on its class; those of the method itself replace those of the
 * methods it overrides or implements. Several at the same place all apply, with one
 * decision over all of them.
 * <p>
 * What else a policy may say, such as plans and bans, stands in the configuration: of a
 * policy that the annotation names, or below {@code ratelimit.policies.<name>} of one
 * that it declares.
 *
 * @see RateLimit.Exempt
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(RateLimits.class)
@Reflective(LimitedElements.class)
public @interface RateLimit {

	/**
	 * Names a policy; the same as {@link #policy}.
	 * @return the name, or empty if the policy is declared in place
	 */
	@AliasFor("policy")
	String value() default "";

	/**
	 * Names a policy that is configured, or declared in place by another annotation.
	 * @return the name, or empty if the policy is declared in place
	 */
	@AliasFor("value")
	String policy() default "";

	/**
	 * The name of a policy that is declared in place. The properties below
	 * {@code ratelimit.policies.<name>} override whatever the annotation says.
	 * Annotations with the same name must say the same, and share the policy.
	 * @return by default made from the class, or the class and the method, that carries
	 * the annotation: {@code OrderController.create} gives
	 * {@code order-controller-create}
	 */
	String name() default "";

	/**
	 * The limits of a policy that is declared in place, all of which must hold.
	 * @return such as {@code "100/1m"}, {@code "5 per minute, 20 per hour"} or, for a
	 * token bucket, {@code "50/1s burst 200"}; may be empty if
	 * {@code ratelimit.policies.<name>.limits} says them
	 */
	String[] limits() default {};

	/**
	 * How spent permits of a policy that is declared in place come back.
	 * @return the algorithm
	 */
	Algorithm algorithm() default Algorithm.SLIDING_WINDOW;

	/**
	 * Whether a policy that is declared in place rejects calls for which it has no room,
	 * rather than only look on: it is charged and counted in metrics all the same.
	 * @return false to try it without rejecting anybody
	 */
	boolean enforce() default true;

	/**
	 * Who is counted; several parts make one key. On handlers as in configuration:
	 * {@code "principal | ip"}, {@code "header:X-Api-Key"}. On other beans each part is a
	 * SpEL expression over the arguments, as in {@code @Cacheable}: {@code "#order.id"},
	 * {@code "#p0"}, {@code "#root.methodName"}, {@code "@tenants.current()"}; callers
	 * whose key is null or empty share the key {@code all}.
	 * @return by default that of the policy on handlers, and {@code all}, one key for
	 * everyone, on other beans
	 */
	String[] key() default {};

	/**
	 * Permits that a call takes: a number, or on beans that are not handlers a SpEL
	 * expression over the arguments.
	 * @return by default the cost of the policy
	 */
	String cost() default "";

	/**
	 * Which calls are not counted. On handlers a SpEL condition over the request, as in
	 * configuration: {@code "hasRole('ADMIN')"}. On other beans one over the arguments:
	 * {@code "#order.internal"}.
	 * @return by default what the policy says, on handlers, and no call on other beans
	 */
	String unless() default "";

	/**
	 * Which responses of a handler are counted: a SpEL condition such as
	 * {@code "status == 401"}. Permits are reserved first, and given back if it is not
	 * met.
	 * @return by default what the policy says
	 */
	String countWhen() default "";

	/**
	 * Exempts a method from the limits of its class, and handlers from policies that
	 * match by their paths, too. On a class it holds for all methods that carry no
	 * {@link RateLimit} themselves.
	 */
	@Target({ ElementType.TYPE, ElementType.METHOD })
	@Retention(RetentionPolicy.RUNTIME)
	@Documented
	@Reflective(LimitedElements.class)
	@interface Exempt {

	}

}
