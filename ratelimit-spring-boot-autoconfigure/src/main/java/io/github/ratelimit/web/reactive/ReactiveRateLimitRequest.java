package io.github.ratelimit.web.reactive;

import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.UnreadableRequestException;

import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.FormFieldPart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * The view of a request on WebFlux, made when all is known that comes later than the
 * request itself.
 */
final class ReactiveRateLimitRequest implements RateLimitRequest {

	private static final String SEEN = ReactiveRateLimitRequest.class.getName() + ".SEEN";

	private static final MultiValueMap<String, String> NO_FORM = new LinkedMultiValueMap<>();

	private static final MultiValueMap<String, String> MALFORMED = new LinkedMultiValueMap<>();

	private static final MultiValueMap<String, String> TOO_LARGE = new LinkedMultiValueMap<>();

	private final ServerWebExchange exchange;

	private final Callers callers;

	private final @Nullable Principal principal;

	private final MultiValueMap<String, String> form;

	private @Nullable String remoteAddress;

	private ReactiveRateLimitRequest(ServerWebExchange exchange, Callers callers, Optional<Principal> principal,
			MultiValueMap<String, String> form) {
		this.exchange = exchange;
		this.callers = callers;
		this.principal = principal.orElse(null);
		this.form = form;
	}

	/**
	 * The request as policies have seen it, or else without a form.
	 */
	static Mono<RateLimitRequest> of(ServerWebExchange exchange, Callers callers) {
		RateLimitRequest seen = exchange.getAttribute(SEEN);
		return (seen != null) ? Mono.just(seen) : of(exchange, callers, false);
	}

	/**
	 * Waits for the principal, and for the form if a policy asks for it.
	 */
	static Mono<RateLimitRequest> of(ServerWebExchange exchange, Callers callers, boolean form) {
		Mono<Optional<Principal>> principal = exchange.getPrincipal()
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty());
		Mono<RateLimitRequest> request = form
				? principal.zipWith(form(exchange, callers.maxBodySize()),
						(found, fields) -> new ReactiveRateLimitRequest(exchange, callers, found, fields))
				: principal.map((found) -> new ReactiveRateLimitRequest(exchange, callers, found, NO_FORM));
		return request.doOnNext((seen) -> exchange.getAttributes().put(SEEN, seen));
	}

	/** The exchange keeps it for the handler. */
	private static Mono<MultiValueMap<String, String>> form(ServerWebExchange exchange, long maxBodySize) {
		HttpHeaders headers = exchange.getRequest().getHeaders();
		MediaType type = type(headers);
		if (type == null || !type.isConcrete() || !MediaType.MULTIPART_FORM_DATA.isCompatibleWith(type)) {
			return exchange.getFormData().onErrorReturn(MALFORMED);
		}
		long length = headers.getContentLength();
		return (length < 0 || length > maxBodySize) ? Mono.just(TOO_LARGE)
				: exchange.getMultipartData().map(ReactiveRateLimitRequest::fields).onErrorReturn(MALFORMED);
	}

	private static @Nullable MediaType type(HttpHeaders headers) {
		try {
			return headers.getContentType();
		}
		catch (InvalidMediaTypeException ex) {
			return null;
		}
	}

	private static MultiValueMap<String, String> fields(MultiValueMap<String, Part> parts) {
		MultiValueMap<String, String> fields = new LinkedMultiValueMap<>();
		parts.forEach((name, all) -> all.forEach((part) -> {
			if (part instanceof FormFieldPart field) {
				fields.add(name, field.value());
			}
		}));
		return fields;
	}

	@Override
	public String method() {
		return request().getMethod().name();
	}

	@Override
	public PathContainer path() {
		return request().getPath().pathWithinApplication();
	}

	@Override
	public @Nullable String route() {
		Object pattern = this.exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		return (pattern != null) ? pattern.toString() : null;
	}

	@Override
	public @Nullable String host() {
		String host = request().getURI().getHost();
		return (host != null) ? host.toLowerCase(Locale.ROOT) : null;
	}

	@Override
	public String remoteAddress() {
		if (this.remoteAddress == null) {
			this.remoteAddress = this.callers.addresses()
				.of(peer(request()), (name) -> request().getHeaders().getOrEmpty(name));
		}
		return this.remoteAddress;
	}

	/** Whoever comes by a connection without an address is counted as one. */
	static String peer(ServerHttpRequest request) {
		InetSocketAddress address = request.getRemoteAddress();
		if (address == null) {
			return "unknown";
		}
		return (address.getAddress() != null) ? address.getAddress().getHostAddress() : address.getHostString();
	}

	@Override
	public @Nullable String principal() {
		return (this.principal != null) ? this.callers.principals().name(this.principal) : null;
	}

	@Override
	public boolean hasRole(String role) {
		return this.principal != null && this.callers.principals().hasRole(this.principal, role);
	}

	@Override
	public @Nullable String claim(String name) {
		return (this.principal != null) ? this.callers.principals().claim(this.principal, name) : null;
	}

	@Override
	public @Nullable String header(String name) {
		return request().getHeaders().getFirst(name);
	}

	@Override
	public @Nullable String cookie(String name) {
		HttpCookie cookie = request().getCookies().getFirst(name);
		return (cookie != null) ? cookie.getValue() : null;
	}

	@Override
	public @Nullable String query(String name) {
		List<String> values = request().getQueryParams().get(name);
		return (values != null && !values.isEmpty()) ? Objects.requireNonNullElse(values.get(0), "") : null;
	}

	@Override
	public @Nullable String form(String name) {
		if (this.form == TOO_LARGE) {
			throw UnreadableRequestException.tooLarge();
		}
		if (this.form == MALFORMED) {
			throw UnreadableRequestException.malformed(null);
		}
		return this.form.getFirst(name);
	}

	@Override
	public @Nullable String param(String name) {
		String value = form(name);
		return (value != null) ? value : query(name);
	}

	private ServerHttpRequest request() {
		return this.exchange.getRequest();
	}

}
