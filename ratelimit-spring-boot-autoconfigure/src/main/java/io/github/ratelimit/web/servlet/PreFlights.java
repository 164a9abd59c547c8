package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.RequestPath;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Answers preflight requests as the application would: by its {@link CorsFilter}, else by
 * the CORS configuration of the handler. A request that is answered here reaches nothing
 * that could take it for a login, so it need not be counted; what nothing answers is no
 * preflight but a request like others.
 */
public final class PreFlights {

	private final Supplier<List<CorsFilter>> filters;

	private final Supplier<List<HandlerMapping>> mappings;

	/**
	 * Creates the answers.
	 * @param filters the filters of the application that answer preflights; found when
	 * they are needed
	 * @param mappings all mappings in order; found when they are needed
	 */
	public PreFlights(Supplier<List<CorsFilter>> filters, Supplier<List<HandlerMapping>> mappings) {
		this.filters = filters;
		this.mappings = mappings;
	}

	/**
	 * Answers none, where that has been done before.
	 * @return what takes every request for one that counts
	 */
	public static PreFlights answered() {
		return new PreFlights(List::of, List::of);
	}

	boolean answer(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
		CorsFilter filter = CorsUtils.isPreFlightRequest(request) ? filter(request) : null;
		if (filter != null) {
			filter.doFilter(request, response, (ignored, nothing) -> {
			});
		}
		return filter != null;
	}

	private @Nullable CorsFilter filter(HttpServletRequest request) throws ServletException {
		for (CorsFilter filter : this.filters.get()) {
			return filter;
		}
		RequestPath before = (RequestPath) request.getAttribute(ServletRequestPathUtils.PATH_ATTRIBUTE);
		try {
			ServletRequestPathUtils.parseAndCache(request);
			HandlerExecutionChain chain = handler(request);
			return (chain != null && chain.getHandler() instanceof CorsConfigurationSource source
					&& source.getCorsConfiguration(request) != null) ? new CorsFilter(source) : null;
		}
		finally {
			ServletRequestPathUtils.setParsedRequestPath(before, request);
		}
	}

	private @Nullable HandlerExecutionChain handler(HttpServletRequest request) throws ServletException {
		try {
			for (HandlerMapping mapping : this.mappings.get()) {
				HandlerExecutionChain chain = mapping.getHandler(request);
				if (chain != null) {
					return chain;
				}
			}
			return null;
		}
		catch (ServletException ex) {
			return null;
		}
		catch (Exception ex) {
			throw new ServletException("Cannot find the handler of a preflight request", ex);
		}
	}

}
