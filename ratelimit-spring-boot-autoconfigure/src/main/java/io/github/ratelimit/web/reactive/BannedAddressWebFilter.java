package io.github.ratelimit.web.reactive;

import reactor.core.publisher.Mono;

import io.github.ratelimit.web.BannedAddresses;

import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Refuses clients by their address, ahead of whatever else may be done for them.
 */
public final class BannedAddressWebFilter implements WebFilter, Ordered {

	private final BannedAddresses addresses;

	/**
	 * Creates a filter.
	 * @param addresses who is refused
	 */
	public BannedAddressWebFilter(BannedAddresses addresses) {
		this.addresses = addresses;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 9;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		return this.addresses.contain(ReactiveRateLimitRequest.peer(request), request.getHeaders()::getOrEmpty)
				? refuse(exchange.getResponse()) : chain.filter(exchange);
	}

	private static Mono<Void> refuse(ServerHttpResponse response) {
		byte[] problem = BannedAddresses.problem();
		response.setStatusCode(HttpStatus.FORBIDDEN);
		response.getHeaders().setCacheControl(CacheControl.noStore());
		response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		response.getHeaders().setContentLength(problem.length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(problem)));
	}

}
