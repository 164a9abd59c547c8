package io.github.ratelimit.web.reactive;

import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.github.ratelimit.web.RateLimitRequest;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * The view of a request on WebFlux, made when it is known who is authenticated.
 */
final class ReactiveRateLimitRequest implements RateLimitRequest {

	private final ServerWebExchange exchange;

	private final ServerHttpRequest request;

	private final @Nullable Principal principal;

	private ReactiveRateLimitRequest(ServerWebExchange exchange, @Nullable Principal principal) {
		this.exchange = exchange;
		this.request = exchange.getRequest();
		this.principal = principal;
	}

	static Mono<RateLimitRequest> of(ServerWebExchange exchange) {
		return exchange.getPrincipal()
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.map((principal) -> new ReactiveRateLimitRequest(exchange, principal.orElse(null)));
	}

	@Override
	public String method() {
		return this.request.getMethod().name();
	}

	@Override
	public PathContainer path() {
		return this.request.getPath().pathWithinApplication();
	}

	@Override
	public @Nullable String route() {
		Object pattern = this.exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		return (pattern != null) ? pattern.toString() : null;
	}

	@Override
	public String remoteAddress() {
		InetSocketAddress address = this.request.getRemoteAddress();
		return (address != null && address.getAddress() != null) ? address.getAddress().getHostAddress() : "unknown";
	}

	@Override
	public @Nullable String principal() {
		return (this.principal != null) ? this.principal.getName() : null;
	}

	@Override
	public boolean hasRole(String role) {
		return false;
	}

	@Override
	public @Nullable String header(String name) {
		return this.request.getHeaders().getFirst(name);
	}

}
