package io.github.ratelimit.web.reactive;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Charges every request ahead of Spring Security.
 */
public final class RateLimitWebFilter implements WebFilter, Ordered {

	/** One step ahead of Spring Security's. */
	private static final int ORDER = -101;

	private final ReactiveRateLimiter rateLimiter;

	public RateLimitWebFilter(ReactiveRateLimiter rateLimiter) {
		this.rateLimiter = rateLimiter;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return CorsUtils.isPreFlightRequest(exchange.getRequest()) ? chain.filter(exchange)
				: this.rateLimiter.charge(exchange).then(Mono.defer(() -> chain.filter(exchange)));
	}

}
