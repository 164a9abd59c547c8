package io.github.ratelimit.annotation;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.github.ratelimit.AsyncResult;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * Calls that return a reactive type. Every subscription is a call: it is charged, and
 * only then the method is called.
 */
final class ReactiveCalls {

	private static final ReactiveAdapterRegistry ADAPTERS = ReactiveAdapterRegistry.getSharedInstance();

	private static final String FLOW = "kotlinx.coroutines.flow.Flow";

	private static final Executor REACTOR = (task) -> Schedulers.parallel().schedule(task);

	private ReactiveCalls() {
	}

	/**
	 * Adapts what calls of a method return: of suspending functions it is a publisher,
	 * which Spring's proxies make and await.
	 */
	static @Nullable ReactiveAdapter adapter(Method method) {
		if (!KotlinDetector.isSuspendingFunction(method)) {
			return ADAPTERS.getAdapter(method.getReturnType());
		}
		Class<?> returned = new MethodParameter(method, -1).getParameterType();
		return ADAPTERS.getAdapter(returned.getName().equals(FLOW) ? Flux.class : Mono.class);
	}

	/**
	 * Decides in {@code handle}, which knows on its thread what the call is observed by.
	 */
	static Object defer(ReactiveAdapter adapter, Supplier<CompletionStage<?>> decision,
			ProxyMethodInvocation invocation) {
		ProxyMethodInvocation call = (ProxyMethodInvocation) invocation.invocableClone();
		Mono<?> allowed = Mono.just(decision)
			.<CompletableFuture<?>>handle((asked, sink) -> sink.next(AsyncResult.resume(asked.get(), () -> REACTOR)))
			.flatMap((answer) -> Mono.fromFuture(answer, true));
		return adapter.fromPublisher(
				adapter.isMultiValue() ? allowed.thenMany(Flux.defer(() -> Flux.from(proceed(adapter, call))))
						: allowed.then(Mono.defer(() -> Mono.from(proceed(adapter, call)))));
	}

	/** Whatever the call throws, which may be anything, is the error of its publisher. */
	private static <T> Publisher<T> proceed(ReactiveAdapter adapter, ProxyMethodInvocation call) {
		try {
			@Nullable Object result = CallInterceptor.proceedLater(call.invocableClone());
			return adapter.toPublisher(result);
		}
		catch (Throwable ex) {
			return Mono.error(ex);
		}
	}

}
