package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
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
 * Answers preflight requests as the application would: by its CORS filters, else by the
 * CORS configuration of the handler. A request that is answered here reaches nothing that
 * could take it for a login, so it need not be counted; what nothing answers is no
 * preflight but a request like others.
 */
public final class PreFlights {

	private final Supplier<List<Filter>> filters;

	private final Supplier<List<HandlerMapping>> mappings;

	/**
	 * Creates the answers.
	 * @param filters the filters of the application that answer preflights, each for the
	 * requests that it is registered for; found when they are needed
	 * @param mappings all mappings in order; found when they are needed
	 */
	public PreFlights(Supplier<List<Filter>> filters, Supplier<List<HandlerMapping>> mappings) {
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
		if (!CorsUtils.isPreFlightRequest(request)) {
			return false;
		}
		for (Filter filter : this.filters.get()) {
			Rest chain = new Rest();
			filter.doFilter(request, response, chain);
			if (!chain.passed) {
				return true;
			}
		}
		CorsConfigurationSource handler = handler(request);
		if (handler != null && handler.getCorsConfiguration(request) != null) {
			new CorsFilter(handler).doFilter(request, response, new Rest());
			return true;
		}
		return false;
	}

	private @Nullable CorsConfigurationSource handler(HttpServletRequest request) {
		RequestPath before = (RequestPath) request.getAttribute(ServletRequestPathUtils.PATH_ATTRIBUTE);
		try {
			ServletRequestPathUtils.parseAndCache(request);
			for (HandlerMapping mapping : this.mappings.get()) {
				HandlerExecutionChain chain = mapping.getHandler(request);
				if (chain != null) {
					return (chain.getHandler() instanceof CorsConfigurationSource source) ? source : null;
				}
			}
			return null;
		}
		catch (Exception ex) {
			// It is asked again behind this, and answered then.
			return null;
		}
		finally {
			ServletRequestPathUtils.setParsedRequestPath(before, request);
		}
	}

	/** What is behind a filter that does not answer. */
	private static final class Rest implements FilterChain {

		private boolean passed;

		@Override
		public void doFilter(ServletRequest request, ServletResponse response) {
			this.passed = true;
		}

	}

}
