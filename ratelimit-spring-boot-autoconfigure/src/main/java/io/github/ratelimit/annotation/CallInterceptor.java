package io.github.ratelimit.annotation;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.AsyncResult;
import io.github.ratelimit.RateLimiter;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.ReactiveAdapter;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Charges a call of a bean before it is passed on, in the manner of what it returns.
 */
final class CallInterceptor implements MethodInterceptor {

	private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.publisher.Flux",
			CallInterceptor.class.getClassLoader());

	private final RateLimitAnnotations annotations;

	private final SingletonSupplier<RateLimiter> rateLimiter;

	private final Supplier<? extends CallPolicy.Source> policies;

	private final Executor executor;

	private final BeanFactory beans;

	CallInterceptor(RateLimitAnnotations annotations, Supplier<RateLimiter> rateLimiter,
			Supplier<? extends CallPolicy.Source> policies, Executor executor, BeanFactory beans) {
		this.annotations = annotations;
		this.rateLimiter = SingletonSupplier.of(rateLimiter);
		this.policies = policies;
		this.executor = executor;
		this.beans = beans;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Method method = invocation.getMethod();
		Class<?> returned = method.getReturnType();
		if (CompletionStage.class.isAssignableFrom(returned) && returned.isAssignableFrom(CompletableFuture.class)) {
			return stage(invocation);
		}
		ReactiveAdapter adapter = REACTOR ? ReactiveCalls.adapter(method) : null;
		if (adapter != null) {
			return ReactiveCalls.defer(adapter, () -> decide(invocation), (ProxyMethodInvocation) invocation);
		}
		List<Charge> charges = charges(invocation);
		if (!charges.isEmpty()) {
			this.rateLimiter.obtain().tryAcquire(charges).orElseThrow();
		}
		return invocation.proceed();
	}

	private CompletionStage<?> stage(MethodInvocation invocation) {
		MethodInvocation call = ((ProxyMethodInvocation) invocation).invocableClone();
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		AsyncResult.resume(decide(invocation), () -> this.executor).whenComplete((decision, failure) -> {
			if (failure != null) {
				fail(result, failure);
			}
			else {
				proceed(call, result);
			}
		});
		return result;
	}

	/** Whatever the call throws, which may be anything, is the failure of its stage. */
	private static void proceed(MethodInvocation invocation, CompletableFuture<@Nullable Object> result) {
		try {
			CompletionStage<?> stage = (CompletionStage<?>) proceedLater(invocation);
			if (stage == null) {
				result.complete(null);
				return;
			}
			stage.whenComplete((value, failure) -> {
				if (failure != null) {
					fail(result, failure);
				}
				else {
					result.complete(value);
				}
			});
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
		}
	}

	/** Aspects behind this one ask for the invocation on their thread. */
	static @Nullable Object proceedLater(MethodInvocation invocation) throws Throwable {
		return ExposeInvocationInterceptor.INSTANCE.invoke(invocation);
	}

	/** Callers see the failure as if nobody had passed it on. */
	private static void fail(CompletableFuture<?> result, Throwable failure) {
		result.completeExceptionally(
				(failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure);
	}

	/** Completes when the call may proceed, and fails if it may not. */
	private CompletionStage<?> decide(MethodInvocation invocation) {
		try {
			List<Charge> charges = charges(invocation);
			return charges.isEmpty() ? CompletableFuture.completedStage(null)
					: this.rateLimiter.obtain().tryAcquireAsync(charges).thenApply(Decision::orElseThrow);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	private List<Charge> charges(MethodInvocation invocation) {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
		LimitedMethod limited = this.annotations.of(invocation.getMethod(), type);
		CallPolicy.Source policies = this.policies.get();
		List<Charge> charges = new ArrayList<>(limited.declarations().size());
		for (RateLimitDeclaration declaration : limited.declarations()) {
			CallPolicy policy = policies.find(declaration);
			if (policy != null) {
				Charge charge = this.annotations.expressions().charge(policy, invocation, limited.method(), this.beans);
				if (charge != null) {
					charges.add(charge);
				}
				else {
					this.rateLimiter.obtain().exempt(policy.policy());
				}
			}
		}
		return charges;
	}

}
