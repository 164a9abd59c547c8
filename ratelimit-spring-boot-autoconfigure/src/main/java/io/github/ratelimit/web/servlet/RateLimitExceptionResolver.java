package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitProblems;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.util.FastByteArrayOutputStream;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Answers rejected calls, and calls that nobody could decide about, with a problem detail
 * (RFC 9457), or with Spring's error page if HTML is asked for. Comes after the
 * application's own exception handlers.
 */
public final class RateLimitExceptionResolver implements HandlerExceptionResolver, Ordered {

	private static final String WITHOUT_PAGE = RateLimitExceptionResolver.class.getName() + ".WITHOUT_PAGE";

	private final RateLimitProblems problems;

	private final Callers callers;

	private final Supplier<RequestMappingHandlerAdapter> adapter;

	/**
	 * Creates a resolver.
	 * @param problems what callers are told
	 * @param callers tell who the caller is
	 * @param adapter whose message converters write the problem, and whose error response
	 * interceptors may change it; asked when it is needed
	 */
	public RateLimitExceptionResolver(RateLimitProblems problems, Callers callers,
			Supplier<RequestMappingHandlerAdapter> adapter) {
		this.problems = problems;
		this.callers = callers;
		this.adapter = adapter;
	}

	/**
	 * Notes that the error page is not for this caller: the container fetches it through
	 * all filters, and one that has not let the caller pass would answer instead.
	 */
	static void withoutPage(HttpServletRequest request) {
		request.setAttribute(WITHOUT_PAGE, true);
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		if (!RateLimitProblems.knows(ex)) {
			return null;
		}
		ResponseEntity<ProblemDetail> answer = this.problems.of(ex, new ServletRateLimitRequest(request, this.callers));
		answer.getHeaders().forEach((name, values) -> set(response, name, values));
		try {
			answer(request, response, answer);
		}
		catch (IOException failure) {
			throw new UncheckedIOException(failure);
		}
		return new ModelAndView();
	}

	private void answer(HttpServletRequest request, HttpServletResponse response, ResponseEntity<ProblemDetail> answer)
			throws IOException {
		ProblemDetail problem = Objects.requireNonNull(answer.getBody());
		if (answer.getStatusCode().is3xxRedirection()) {
			response.setStatus(problem.getStatus());
			return;
		}
		if (problem.getInstance() == null) {
			problem.setInstance(uri(request.getRequestURI()));
		}
		if (asksForPage(request) || !write(problem, response)) {
			response.sendError(problem.getStatus());
		}
	}

	private static boolean asksForPage(HttpServletRequest request) {
		return request.getAttribute(WITHOUT_PAGE) == null
				&& RateLimitProblems.asksForHtml(request.getHeader(HttpHeaders.ACCEPT));
	}

	private static void set(HttpServletResponse response, String name, List<String> values) {
		response.setHeader(name, values.isEmpty() ? null : values.get(0));
		for (int i = 1; i < values.size(); i++) {
			response.addHeader(name, values.get(i));
		}
	}

	/** Writes the problem if the application can write JSON at all. */
	private boolean write(ProblemDetail problem, HttpServletResponse response) throws IOException {
		RequestMappingHandlerAdapter adapter = this.adapter.get();
		adapter.getErrorResponseInterceptors().forEach((interceptor) -> interceptor.handleError(problem, null));
		for (HttpMessageConverter<?> converter : adapter.getMessageConverters()) {
			if (converter.canWrite(ProblemDetail.class, MediaType.APPLICATION_PROBLEM_JSON)) {
				response.setStatus(problem.getStatus());
				write(converter, problem, response);
				return true;
			}
		}
		return false;
	}

	/** All at once, with its length: a response that is flushed in parts costs twice. */
	@SuppressWarnings("unchecked")
	private static void write(HttpMessageConverter<?> converter, ProblemDetail problem, HttpServletResponse response)
			throws IOException {
		Output output = new Output(new HttpHeaders(), new FastByteArrayOutputStream());
		((HttpMessageConverter<ProblemDetail>) converter).write(problem, MediaType.APPLICATION_PROBLEM_JSON, output);
		output.headers().forEach((name, values) -> set(response, name, values));
		response.setContentLength(output.body().size());
		output.body().writeTo(response.getOutputStream());
	}

	private static @Nullable URI uri(String text) {
		try {
			return new URI(text);
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	private record Output(HttpHeaders headers, FastByteArrayOutputStream body) implements HttpOutputMessage {

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public OutputStream getBody() {
			return this.body;
		}

	}

}
