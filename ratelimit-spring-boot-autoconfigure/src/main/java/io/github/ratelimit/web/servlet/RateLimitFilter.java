package io.github.ratelimit.web.servlet;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStoreException;

import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.ModelAndView;

/**
 * Charges every request ahead of Spring Security. Rejections are answered as those of
 * handlers are, except that there is nobody yet to render a view, and that the error page
 * lies behind security, which would send a browser to the login instead.
 */
public final class RateLimitFilter extends OncePerRequestFilter {

	private final ServletRateLimiter rateLimiter;

	private final ExceptionResolvers resolvers;

	/**
	 * Creates a filter.
	 * @param rateLimiter charges the request
	 * @param resolvers answer rejections
	 */
	public RateLimitFilter(ServletRateLimiter rateLimiter, ExceptionResolvers resolvers) {
		this.rateLimiter = rateLimiter;
		this.resolvers = resolvers;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		try {
			this.rateLimiter.charge(request, response);
		}
		catch (RateLimitExceededException ex) {
			answer(request, response, ex, HttpStatus.TOO_MANY_REQUESTS);
			return;
		}
		catch (RateLimitStoreException ex) {
			answer(request, response, ex, HttpStatus.SERVICE_UNAVAILABLE);
			return;
		}
		chain.doFilter(request, response);
	}

	private void answer(HttpServletRequest request, HttpServletResponse response, Exception ex, HttpStatus status)
			throws IOException {
		UnmatchedRequestResolver.matched(request);
		RateLimitExceptionResolver.withoutPage(request);
		ModelAndView answer = this.resolvers.resolve(request, response, ex);
		if (answer == null || !answer.isEmpty()) {
			response.sendError(status.value());
		}
	}

}
