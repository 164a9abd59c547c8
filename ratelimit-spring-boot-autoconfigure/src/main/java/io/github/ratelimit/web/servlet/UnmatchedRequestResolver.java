package io.github.ratelimit.web.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStoreException;

import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Charges requests that fail before they have found a handler, so that whoever scans
 * paths and methods is limited too. Comes before all other resolvers, which then answer
 * the failure itself, or the rejection.
 */
public final class UnmatchedRequestResolver implements HandlerExceptionResolver, Ordered {

	private static final String MATCHED = UnmatchedRequestResolver.class.getName() + ".MATCHED";

	private final ServletRateLimiter rateLimiter;

	private final ExceptionResolvers resolvers;

	/**
	 * Creates a resolver.
	 * @param rateLimiter charges the request
	 * @param resolvers answer rejections
	 */
	public UnmatchedRequestResolver(ServletRateLimiter rateLimiter, ExceptionResolvers resolvers) {
		this.rateLimiter = rateLimiter;
		this.resolvers = resolvers;
	}

	/** Notes that a request has found a handler, or was charged without one. */
	static void matched(HttpServletRequest request) {
		request.setAttribute(MATCHED, true);
	}

	static boolean hasMatched(HttpServletRequest request) {
		return request.getAttribute(MATCHED) != null;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		if (hasMatched(request)) {
			return null;
		}
		matched(request);
		try {
			this.rateLimiter.charge(request, response);
			return null;
		}
		catch (RateLimitExceededException | RateLimitStoreException failure) {
			return this.resolvers.resolve(request, response, failure);
		}
	}

}
