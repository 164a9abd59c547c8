package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.web.RateLimitProblems;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServletServerHttpResponse;
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

	private final Supplier<RequestMappingHandlerAdapter> adapter;

	/**
	 * Creates a resolver.
	 * @param problems what callers are told
	 * @param adapter whose message converters write the problem, and whose error response
	 * interceptors may change it; asked when it is needed
	 */
	public RateLimitExceptionResolver(RateLimitProblems problems, Supplier<RequestMappingHandlerAdapter> adapter) {
		this.problems = problems;
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
		ProblemDetail problem = this.problems.of(ex, response::setHeader);
		if (problem == null) {
			return null;
		}
		problem.setInstance(uri(request.getRequestURI()));
		try {
			if (asksForPage(request) || !write(problem, response)) {
				response.sendError(problem.getStatus());
			}
		}
		catch (IOException failure) {
			throw new UncheckedIOException(failure);
		}
		return new ModelAndView();
	}

	private static boolean asksForPage(HttpServletRequest request) {
		return request.getAttribute(WITHOUT_PAGE) == null
				&& RateLimitProblems.asksForHtml(request.getHeader(HttpHeaders.ACCEPT));
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

	@SuppressWarnings("unchecked")
	private static void write(HttpMessageConverter<?> converter, ProblemDetail problem, HttpServletResponse response)
			throws IOException {
		try (ServletServerHttpResponse output = new ServletServerHttpResponse(response)) {
			((HttpMessageConverter<ProblemDetail>) converter).write(problem, MediaType.APPLICATION_PROBLEM_JSON,
					output);
		}
	}

	private static @Nullable URI uri(String text) {
		try {
			return new URI(text);
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

}
