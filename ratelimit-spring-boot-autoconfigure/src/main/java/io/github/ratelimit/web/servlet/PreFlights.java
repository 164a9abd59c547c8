package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
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

	private static final FilterChain NOTHING = (request, response) -> {
	};

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
			filter.doFilter(request, response, NOTHING);
			if (isAnswered(response)) {
				return true;
			}
		}
		CorsConfigurationSource handler = handler(request);
		if (handler != null && handler.getCorsConfiguration(request) != null) {
			new CorsFilter(handler).doFilter(request, response, NOTHING);
			return true;
		}
		return false;
	}

	/** A filter that knows nothing of the path leaves the response as it was. */
	private static boolean isAnswered(HttpServletResponse response) {
		return response.getHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN) != null
				|| response.getStatus() == HttpServletResponse.SC_FORBIDDEN;
	}

	private @Nullable CorsConfigurationSource handler(HttpServletRequest request) throws ServletException {
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
		catch (ServletException ex) {
			return null;
		}
		catch (Exception ex) {
			throw new ServletException("Cannot find the handler of a preflight request", ex);
		}
		finally {
			ServletRequestPathUtils.setParsedRequestPath(before, request);
		}
	}

}
