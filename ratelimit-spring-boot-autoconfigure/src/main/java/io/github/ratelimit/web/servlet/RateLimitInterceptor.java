package io.github.ratelimit.web.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import io.github.ratelimit.web.HandlerPolicies;

import org.springframework.web.cors.PreFlightRequestHandler;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Charges every request that has found a handler before the handler is called, but for
 * those that Spring MVC answers as preflights.
 */
public final class RateLimitInterceptor implements HandlerInterceptor {

	private final ServletRateLimiter rateLimiter;

	private final HandlerPolicies handlers;

	/**
	 * Creates an interceptor.
	 * @param rateLimiter charges the request
	 * @param handlers policies of requests whose handler is a method
	 */
	public RateLimitInterceptor(ServletRateLimiter rateLimiter, HandlerPolicies handlers) {
		this.rateLimiter = rateLimiter;
		this.handlers = handlers;
	}

	/**
	 * Charges the request.
	 * @return true, always
	 * @throws io.github.ratelimit.RateLimitExceededException if it was rejected
	 * @throws io.github.ratelimit.RateLimitStoreException if the store cannot decide
	 */
	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (request.getDispatcherType() == DispatcherType.ASYNC && UnmatchedRequestResolver.hasMatched(request)) {
			return true;
		}
		UnmatchedRequestResolver.matched(request);
		if (handler instanceof PreFlightRequestHandler) {
			return true;
		}
		if (handler instanceof HandlerMethod method) {
			this.rateLimiter.charge(request, response, this.handlers.of(method.getMethod(), method.getBeanType()));
		}
		else {
			this.rateLimiter.charge(request, response);
		}
		return true;
	}

}
