package io.github.ratelimit.web.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Charges every request that has found a handler before the handler is called.
 */
public final class RateLimitInterceptor implements HandlerInterceptor {

	private final ServletRateLimiter rateLimiter;

	public RateLimitInterceptor(ServletRateLimiter rateLimiter) {
		this.rateLimiter = rateLimiter;
	}

	/**
	 * Charges the request.
	 * @return true, always
	 * @throws io.github.ratelimit.RateLimitExceededException if it was rejected
	 * @throws io.github.ratelimit.RateLimitStoreException if the store cannot decide
	 */
	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		this.rateLimiter.charge(request, response);
		return true;
	}

}
