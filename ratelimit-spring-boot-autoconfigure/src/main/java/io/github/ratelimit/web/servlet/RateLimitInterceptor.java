package io.github.ratelimit.web.servlet;

import java.util.List;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.HandlerPolicies;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RequestPolicies;

import org.springframework.web.cors.CorsUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Charges every request that has found a handler, once, before the handler is called.
 */
public final class RateLimitInterceptor implements HandlerInterceptor {

	private static final String CHARGED = RateLimitInterceptor.class.getName() + ".CHARGED";

	private final RateLimiter rateLimiter;

	private final RequestPolicies policies;

	private final HandlerPolicies handlers;

	private final RateLimitFields fields;

	/**
	 * Creates an interceptor.
	 * @param rateLimiter decides
	 * @param policies policies of all requests
	 * @param handlers policies of requests whose handler is a method
	 * @param fields tell the caller of its limits
	 */
	public RateLimitInterceptor(RateLimiter rateLimiter, RequestPolicies policies, HandlerPolicies handlers,
			RateLimitFields fields) {
		this.rateLimiter = rateLimiter;
		this.policies = policies;
		this.handlers = handlers;
		this.fields = fields;
	}

	/**
	 * Charges the request.
	 * @return true, always
	 * @throws io.github.ratelimit.RateLimitExceededException if it was rejected
	 * @throws io.github.ratelimit.RateLimitStoreException if the store cannot decide
	 */
	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (countsOnItsOwn(request)) {
			request.setAttribute(CHARGED, true);
			List<Charge> charges = policies(handler).charges(new ServletRateLimitRequest(request));
			if (!charges.isEmpty()) {
				Decision decision = this.rateLimiter.tryAcquire(charges);
				this.fields.write(decision, response::setHeader);
				decision.orElseThrow();
			}
		}
		return true;
	}

	private RequestPolicies policies(Object handler) {
		return (handler instanceof HandlerMethod method) ? this.handlers.of(method.getMethod(), method.getBeanType())
				: this.policies;
	}

	/**
	 * Forwards, error pages, and asynchronous results belong to a request charged before.
	 */
	private static boolean countsOnItsOwn(HttpServletRequest request) {
		return request.getAttribute(CHARGED) == null && request.getDispatcherType() != DispatcherType.ERROR
				&& !CorsUtils.isPreFlightRequest(request);
	}

}
