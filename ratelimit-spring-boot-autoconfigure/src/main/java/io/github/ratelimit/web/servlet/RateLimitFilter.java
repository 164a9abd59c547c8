package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.function.Supplier;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.web.UnreadableRequestException;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.ModelAndView;

/**
 * Charges requests ahead of authentication: in each chain of Spring Security behind its
 * CORS filter, and as a servlet filter what no chain has charged. Rejections are answered
 * as those of handlers are, except that the error page lies behind security, which would
 * send a browser to the login instead.
 */
public final class RateLimitFilter extends OncePerRequestFilter implements Ordered {

	private final Supplier<ServletRateLimiter> rateLimiter;

	private final ExceptionResolvers resolvers;

	private final PreFlights preFlights;

	private final int order;

	private final RateLimitFilter inChain;

	/**
	 * Creates a filter.
	 * @param rateLimiter charges the request; asked when it is needed
	 * @param resolvers answer rejections
	 * @param preFlights answers preflight requests, which then are not charged
	 * @param order the place among servlet filters
	 */
	public RateLimitFilter(Supplier<ServletRateLimiter> rateLimiter, ExceptionResolvers resolvers,
			PreFlights preFlights, int order) {
		this.rateLimiter = rateLimiter;
		this.resolvers = resolvers;
		this.preFlights = preFlights;
		this.order = order;
		this.inChain = new RateLimitFilter(this);
	}

	private RateLimitFilter(RateLimitFilter outside) {
		this.rateLimiter = outside.rateLimiter;
		this.resolvers = outside.resolvers;
		this.preFlights = PreFlights.answered();
		this.order = outside.order;
		this.inChain = this;
	}

	/**
	 * The filter for chains of Spring Security, which have answered preflights before.
	 * @return a filter that charges all that arrives
	 */
	public RateLimitFilter inChain() {
		return this.inChain;
	}

	@Override
	public int getOrder() {
		return this.order;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.preFlights.answer(request, response)) {
			return;
		}
		try {
			this.rateLimiter.get().charge(request, response);
		}
		catch (RateLimitExceededException ex) {
			answer(request, response, ex, HttpStatus.TOO_MANY_REQUESTS);
			return;
		}
		catch (RateLimitStoreException ex) {
			answer(request, response, ex, HttpStatus.SERVICE_UNAVAILABLE);
			return;
		}
		catch (UnreadableRequestException ex) {
			answer(request, response, ex, HttpStatus.valueOf(ex.status()));
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
