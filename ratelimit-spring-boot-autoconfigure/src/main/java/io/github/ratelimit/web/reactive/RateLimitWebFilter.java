package io.github.ratelimit.web.reactive;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.PreFlightRequestHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Charges requests ahead of authentication: in each chain of Spring Security behind its
 * CORS filter, and behind them what none has charged. A preflight that the application
 * answers is answered here instead, so that it reaches nothing that could take it for a
 * login.
 */
public final class RateLimitWebFilter implements WebFilter, Ordered {

	/** One step behind Spring Security's. */
	private static final int ORDER = -99;

	private final Supplier<ReactiveRateLimiter> rateLimiter;

	private final Supplier<List<CorsWebFilter>> corsFilters;

	private final Supplier<? extends PreFlightRequestHandler> preFlights;

	private final WebFilter inChain = this::charge;

	/**
	 * Creates a filter.
	 * @param rateLimiter charges the request; asked when it is needed
	 * @param corsFilters the filters of the application that answer preflights; found
	 * when they are needed
	 * @param preFlights answers preflights as handlers are configured; found when it is
	 * needed
	 */
	public RateLimitWebFilter(Supplier<ReactiveRateLimiter> rateLimiter, Supplier<List<CorsWebFilter>> corsFilters,
			Supplier<? extends PreFlightRequestHandler> preFlights) {
		this.rateLimiter = rateLimiter;
		this.corsFilters = corsFilters;
		this.preFlights = preFlights;
	}

	/**
	 * The filter for chains of Spring Security, which have answered preflights before.
	 * @return a filter that charges all that arrives
	 */
	public WebFilter inChain() {
		return this.inChain;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!CorsUtils.isPreFlightRequest(exchange.getRequest())) {
			return charge(exchange, chain);
		}
		return answer(exchange, this.corsFilters.get().iterator())
			.flatMap((answered) -> answered ? Mono.empty() : charge(exchange, chain));
	}

	/** The first filter that does not pass a preflight on has answered it. */
	private Mono<Boolean> answer(ServerWebExchange exchange, Iterator<CorsWebFilter> filters) {
		if (!filters.hasNext()) {
			return answer(exchange);
		}
		AtomicBoolean passed = new AtomicBoolean();
		return filters.next()
			.filter(exchange, (same) -> Mono.fromRunnable(() -> passed.set(true)))
			.then(Mono.defer(() -> passed.get() ? answer(exchange, filters) : Mono.just(true)));
	}

	/** A handler without CORS configuration leaves the response as it is. */
	private Mono<Boolean> answer(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		HttpHeaders before = new HttpHeaders();
		before.putAll(response.getHeaders());
		return this.preFlights.get().handlePreFlight(exchange).then(Mono.fromSupplier(() -> {
			boolean answered = response.getHeaders().getAccessControlAllowOrigin() != null
					|| HttpStatus.FORBIDDEN.equals(response.getStatusCode());
			if (!answered) {
				response.getHeaders().clear();
				response.getHeaders().putAll(before);
			}
			return answered;
		}));
	}

	private Mono<Void> charge(ServerWebExchange exchange, WebFilterChain chain) {
		return this.rateLimiter.get().charge(exchange).then(Mono.defer(() -> chain.filter(exchange)));
	}

}
