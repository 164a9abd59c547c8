package io.github.ratelimit.web.reactive;

import java.util.List;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

import io.github.ratelimit.web.HandlerPolicies;

import org.springframework.core.Ordered;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.server.ServerWebExchange;

/**
 * Charges every request before its handler is called, and also those that fail before
 * they have found one, so that whoever scans paths and methods is limited too. This is
 * the one place in WebFlux that lies behind all filters and knows the handler.
 */
public final class RateLimitHandlerAdapter implements HandlerAdapter, DispatchExceptionHandler, Ordered {

	private static final String MATCHED = RateLimitHandlerAdapter.class.getName() + ".MATCHED";

	private final ReactiveRateLimiter rateLimiter;

	private final HandlerPolicies handlers;

	private final Supplier<List<HandlerAdapter>> adapters;

	/**
	 * Creates an adapter.
	 * @param rateLimiter charges the request
	 * @param handlers policies of requests whose handler is a method
	 * @param adapters all adapters in order, of which the first but this one that
	 * supports a handler calls it; asked when they are needed
	 */
	public RateLimitHandlerAdapter(ReactiveRateLimiter rateLimiter, HandlerPolicies handlers,
			Supplier<List<HandlerAdapter>> adapters) {
		this.rateLimiter = rateLimiter;
		this.handlers = handlers;
		this.adapters = adapters;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public boolean supports(Object handler) {
		return true;
	}

	@Override
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		exchange.getAttributes().put(MATCHED, true);
		Mono<Void> charged = (handler instanceof HandlerMethod method)
				? this.rateLimiter.charge(exchange, this.handlers.of(method.getMethod(), method.getBeanType()))
				: this.rateLimiter.charge(exchange);
		return charged.then(Mono.defer(() -> adapter(handler).handle(exchange, handler)));
	}

	@Override
	public Mono<HandlerResult> handleError(ServerWebExchange exchange, Throwable ex) {
		Mono<HandlerResult> error = Mono.error(ex);
		return (exchange.getAttribute(MATCHED) != null) ? error : this.rateLimiter.charge(exchange).then(error);
	}

	private HandlerAdapter adapter(Object handler) {
		for (HandlerAdapter adapter : this.adapters.get()) {
			if (adapter != this && adapter.supports(handler)) {
				return adapter;
			}
		}
		throw new IllegalStateException("No HandlerAdapter: " + handler);
	}

}
