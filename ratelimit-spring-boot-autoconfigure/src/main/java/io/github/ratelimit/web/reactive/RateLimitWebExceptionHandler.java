package io.github.ratelimit.web.reactive;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitProblems;

import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
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

	private final Callers callers;

	private final Supplier<ResponseEntityResultHandler> writer;

	/**
	 * Creates a handler.
	 * @param problems what callers are told
	 * @param callers tell who the caller is
	 * @param writer writes the problem; asked when it is needed
	 */
	public RateLimitWebExceptionHandler(RateLimitProblems problems, Callers callers,
			Supplier<ResponseEntityResultHandler> writer) {
		this.problems = problems;
		this.callers = callers;
		this.writer = writer;
	}

	@Override
	public int getOrder() {
		return -2;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable ex) {
		return RateLimitProblems.knows(ex) ? ReactiveRateLimitRequest.of(exchange, this.callers)
			.map((request) -> this.problems.of(ex, request))
			.flatMap((answer) -> answer(exchange, answer, ex)) : Mono.error(ex);
	}

	private Mono<Void> answer(ServerWebExchange exchange, ResponseEntity<ProblemDetail> answer, Throwable ex) {
		ServerHttpResponse response = exchange.getResponse();
		answer.getHeaders().forEach((name, values) -> set(response.getHeaders(), name, values));
		ProblemDetail problem = Objects.requireNonNull(answer.getBody());
		if (answer.getStatusCode().is3xxRedirection()) {
			return withoutBody(response, problem);
		}
		if (RateLimitProblems.asksForHtml(exchange.getRequest().getHeaders().getFirst(HttpHeaders.ACCEPT))) {
			return Mono.error(new ResponseStatusException(problem.getStatus(), problem.getDetail(), ex));
		}
		return this.writer.get()
			.handleResult(exchange, new HandlerResult(this, problem, PROBLEM))
			.onErrorResume((failure) -> withoutBody(response, problem));
	}

	/** Nothing that a caller accepts or not makes another status of this one. */
	private static Mono<Void> withoutBody(ServerHttpResponse response, ProblemDetail problem) {
		response.setRawStatusCode(problem.getStatus());
		return response.setComplete();
	}

	private static void set(HttpHeaders headers, String name, List<String> values) {
		if (values.isEmpty()) {
			headers.remove(name);
		}
		else {
			headers.put(name, values);
		}
	}

	/** What the writer takes for the handler that has returned the problem. */
	private static Method method() {
		return Objects.requireNonNull(ReflectionUtils.findMethod(ProblemDetail.class, "forStatus", int.class));
	}

}
