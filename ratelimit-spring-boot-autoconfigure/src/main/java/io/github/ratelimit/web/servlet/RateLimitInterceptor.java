package io.github.ratelimit.web.servlet;

import java.util.List;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RequestPolicies;

import org.springframework.web.cors.CorsUtils;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Charges every request that has found a handler, once, before the handler is called.
 */
public final class RateLimitInterceptor implements HandlerInterceptor {

	private static final String CHARGED = RateLimitInterceptor.class.getName() + ".CHARGED";

	private final RateLimiter rateLimiter;

	private final RequestPolicies policies;

	private final RateLimitFields fields;

	private final Callers callers;

	/**
	 * Creates an interceptor.
	 * @param rateLimiter decides
	 * @param policies say what requests cost
	 * @param fields tell the caller of its limits
	 * @param callers tell who the caller is
	 */
	public RateLimitInterceptor(RateLimiter rateLimiter, RequestPolicies policies, RateLimitFields fields,
			Callers callers) {
		this.rateLimiter = rateLimiter;
		this.policies = policies;
		this.fields = fields;
		this.callers = callers;
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
			List<Charge> charges = this.policies.charges(new ServletRateLimitRequest(request, this.callers));
			if (!charges.isEmpty()) {
				Decision decision = this.rateLimiter.tryAcquire(charges);
				this.fields.write(decision, response::setHeader);
				decision.orElseThrow();
			}
		}
		return true;
	}

	/**
	 * Forwards, error pages, and asynchronous results belong to a request charged before.
	 */
	private static boolean countsOnItsOwn(HttpServletRequest request) {
		return request.getAttribute(CHARGED) == null && request.getDispatcherType() != DispatcherType.ERROR
				&& !CorsUtils.isPreFlightRequest(request);
	}

}
