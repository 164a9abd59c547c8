package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RateLimitProblems;

import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Answers rejected calls, and calls that nobody could decide about, with a problem detail
 * (RFC 9457), or with Spring's error page if HTML is asked for. Comes after the
 * application's own exception handlers.
 */
public final class RateLimitExceptionResolver implements HandlerExceptionResolver, Ordered {

	private static final List<MediaType> HTML = List.of(MediaType.TEXT_HTML, MediaType.APPLICATION_XHTML_XML);

	private final RateLimitFields fields;

	private final Supplier<RequestMappingHandlerAdapter> adapter;

	/**
	 * Creates a resolver.
	 * @param fields tell the caller of its limits
	 * @param adapter whose message converters write the problem, and whose error response
	 * interceptors may change it; asked when it is needed
	 */
	public RateLimitExceptionResolver(RateLimitFields fields, Supplier<RequestMappingHandlerAdapter> adapter) {
		this.fields = fields;
		this.adapter = adapter;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		ProblemDetail problem = problem(ex, response);
		if (problem == null) {
			return null;
		}
		response.setHeader(HttpHeaders.CACHE_CONTROL, CacheControl.noStore().getHeaderValue());
		problem.setInstance(uri(request.getRequestURI()));
		try {
			if (asksForHtml(request) || !write(problem, response)) {
				response.sendError(problem.getStatus());
			}
		}
		catch (IOException failure) {
			throw new UncheckedIOException(failure);
		}
		return new ModelAndView();
	}

	private @Nullable ProblemDetail problem(Exception ex, HttpServletResponse response) {
		if (ex instanceof RateLimitExceededException exceeded) {
			this.fields.write(exceeded.decision(), response::setHeader);
			return RateLimitProblems.exceeded(exceeded.decision());
		}
		if (ex instanceof RateLimitStoreException) {
			response.setHeader(HttpHeaders.RETRY_AFTER, "1");
			return RateLimitProblems.undecided();
		}
		return null;
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

	private static boolean asksForHtml(HttpServletRequest request) {
		try {
			List<MediaType> accepted = MediaType.parseMediaTypes(request.getHeader(HttpHeaders.ACCEPT));
			MimeTypeUtils.sortBySpecificity(accepted);
			return !accepted.isEmpty() && HTML.stream().anyMatch(accepted.get(0)::equalsTypeAndSubtype);
		}
		catch (InvalidMediaTypeException ex) {
			return false;
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
