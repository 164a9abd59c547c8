package io.github.ratelimit.web.reactive;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

import io.github.ratelimit.web.RateLimitProblems;

import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityResultHandler;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Answers rejected calls, and calls that nobody could decide about, with a problem detail
 * (RFC 9457), or with Spring's error page if HTML is asked for. Comes after the
 * application's own exception handlers, and just ahead of that page.
 */
public final class RateLimitWebExceptionHandler implements WebExceptionHandler, Ordered {

	private static final MethodParameter PROBLEM = new MethodParameter(method(), -1);

	private final RateLimitProblems problems;

	private final Supplier<ResponseEntityResultHandler> writer;

	/**
	 * Creates a handler.
	 * @param problems what callers are told
	 * @param writer writes the problem; asked when it is needed
	 */
	public RateLimitWebExceptionHandler(RateLimitProblems problems, Supplier<ResponseEntityResultHandler> writer) {
		this.problems = problems;
		this.writer = writer;
	}

	@Override
	public int getOrder() {
		return -2;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable ex) {
		HttpHeaders headers = exchange.getResponse().getHeaders();
		ProblemDetail problem = this.problems.of(ex, headers::set);
		if (problem == null) {
			return Mono.error(ex);
		}
		if (RateLimitProblems.asksForHtml(exchange.getRequest().getHeaders().getFirst(HttpHeaders.ACCEPT))) {
			return Mono.error(new ResponseStatusException(problem.getStatus(), problem.getDetail(), ex));
		}
		return Mono.defer(() -> this.writer.get().handleResult(exchange, new HandlerResult(this, problem, PROBLEM)))
			.onErrorResume((failure) -> withoutBody(exchange.getResponse(), problem));
	}

	/** Nothing that a caller accepts or not makes another status of this one. */
	private static Mono<Void> withoutBody(ServerHttpResponse response, ProblemDetail problem) {
		response.setRawStatusCode(problem.getStatus());
		return response.setComplete();
	}

	/** What the writer takes for the handler that has returned the problem. */
	private static Method method() {
		Method method = ReflectionUtils.findMethod(RateLimitProblems.class, "of", (Class<?>[]) null);
		if (method == null) {
			throw new IllegalStateException("RateLimitProblems.of is missing");
		}
		return method;
	}

}
