package io.github.ratelimit.web.reactive;

import java.util.List;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
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

	private final ReactiveRateLimiter rateLimiter;

	private final Supplier<List<HandlerAdapter>> adapters;

	/**
	 * Creates an adapter.
	 * @param rateLimiter charges the request
	 * @param adapters all adapters in order, of which the first but this one that
	 * supports a handler calls it; asked when they are needed
	 */
	public RateLimitHandlerAdapter(ReactiveRateLimiter rateLimiter, Supplier<List<HandlerAdapter>> adapters) {
		this.rateLimiter = rateLimiter;
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
		return this.rateLimiter.charge(exchange).then(Mono.defer(() -> adapter(handler).handle(exchange, handler)));
	}

	@Override
	public Mono<HandlerResult> handleError(ServerWebExchange exchange, Throwable ex) {
		return this.rateLimiter.charge(exchange).then(Mono.error(ex));
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
