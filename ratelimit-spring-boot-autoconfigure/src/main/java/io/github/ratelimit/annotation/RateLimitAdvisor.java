package io.github.ratelimit.annotation;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.aopalliance.aop.Advice;

import io.github.ratelimit.RateLimiter;

import org.springframework.aop.ClassFilter;
import org.springframework.aop.MethodMatcher;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcher;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.Ordered;

/**
 * Has calls of annotated beans intercepted: after method security, so that whoever may
 * not call is not counted, and before caches and transactions, so that every call is, and
 * a rejected one begins no transaction.
 */
public final class RateLimitAdvisor implements PointcutAdvisor, Ordered {

	/** Method security has orders up to 600, caches and transactions come last. */
	private static final int ORDER = 1000;

	private final Pointcut pointcut;

	private final Advice advice;

	/**
	 * Creates an advisor. Since it is created before other beans are, it asks for them
	 * with the first call.
	 * @param annotations what limits a method
	 * @param rateLimiter decides
	 * @param policies what is in force, asked once for every call
	 * @param executor where methods that return a {@code CompletionStage} run, once they
	 * may
	 * @param beans what expressions can name
	 */
	public RateLimitAdvisor(RateLimitAnnotations annotations, Supplier<RateLimiter> rateLimiter,
			Supplier<? extends CallPolicy.Source> policies, Executor executor, BeanFactory beans) {
		this.pointcut = new AnnotatedCalls(annotations);
		this.advice = new CallInterceptor(annotations, rateLimiter, policies, executor, beans);
	}

	@Override
	public Pointcut getPointcut() {
		return this.pointcut;
	}

	@Override
	public Advice getAdvice() {
		return this.advice;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	private static final class AnnotatedCalls extends StaticMethodMatcher implements Pointcut {

		private final RateLimitAnnotations annotations;

		AnnotatedCalls(RateLimitAnnotations annotations) {
			this.annotations = annotations;
		}

		@Override
		public ClassFilter getClassFilter() {
			return (type) -> this.annotations.inspect(type).stream().anyMatch(LimitedMethod::intercepted);
		}

		@Override
		public MethodMatcher getMethodMatcher() {
			return this;
		}

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return this.annotations.of(method, targetClass).intercepted();
		}

	}

}
