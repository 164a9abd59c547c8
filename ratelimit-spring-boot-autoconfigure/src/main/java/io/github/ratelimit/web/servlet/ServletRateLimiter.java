package io.github.ratelimit.web.servlet;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.Reservation;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.Settlement;
import io.github.ratelimit.web.UnreadableRequestException;

/**
 * Charges servlet requests, each of them once.
 */
public final class ServletRateLimiter {

	/** The decision of an earlier stage. */
	private static final String DECISION = ServletRateLimiter.class.getName() + ".DECISION";

	private final RateLimiter rateLimiter;

	private final Supplier<RequestPolicies> policies;

	private final RateLimitFields fields;

	private final Callers callers;

	private final String charged;

	/**
	 * Creates a limiter of requests.
	 * @param rateLimiter decides
	 * @param policies say what a request must pay for its path, asked once for each
	 * @param fields tell the caller of its limits
	 * @param callers tell who the caller is
	 */
	public ServletRateLimiter(RateLimiter rateLimiter, Supplier<RequestPolicies> policies, RateLimitFields fields,
			Callers callers) {
		this.rateLimiter = rateLimiter;
		this.policies = policies;
		this.fields = fields;
		this.callers = callers;
		this.charged = ServletRateLimiter.class.getName() + "." + policies.get().stage();
	}

	/** Charges a request by its path. */
	void charge(HttpServletRequest request, HttpServletResponse response) {
		charge(request, response, this.policies.get());
	}

	/**
	 * Charges a request, unless it was charged before or need not pay.
	 * @param request the request
	 * @param response is given the fields
	 * @param policies say what the request must pay
	 * @throws io.github.ratelimit.RateLimitExceededException if it was rejected
	 * @throws io.github.ratelimit.RateLimitStoreException if the store cannot decide
	 * @throws UnreadableRequestException if the request may pass, but its parameters
	 * cannot be read: a handler would be called with a part of them
	 */
	void charge(HttpServletRequest request, HttpServletResponse response, RequestPolicies policies) {
		if (!policies.policies().isEmpty() && countsOnItsOwn(request)) {
			List<Charge> charges = await(policies.charges(new ServletRateLimitRequest(request, this.callers),
					(policy) -> exempt(request, policy)));
			if (!charges.isEmpty()) {
				request.setAttribute(this.charged, true);
				Decision decision = decide(charges, request, policies).after((Decision) request.getAttribute(DECISION));
				request.setAttribute(DECISION, decision);
				this.fields.write(decision, response::setHeader);
				decision.orElseThrow();
			}
			if (request
				.getAttribute(ServletRateLimitRequest.MALFORMED) instanceof UnreadableRequestException malformed) {
				throw malformed;
			}
		}
	}

	/** Who is exempt is not marked as charged: a forward may lead to other policies. */
	private void exempt(HttpServletRequest request, Policy policy) {
		String exempt = this.charged + ".EXEMPT." + policy.name();
		if (request.getAttribute(exempt) == null) {
			request.setAttribute(exempt, true);
			this.rateLimiter.exempt(policy);
		}
	}

	/** Only a plan that somebody is asked for is awaited, and that never fails. */
	private static List<Charge> await(CompletableFuture<List<Charge>> charges) {
		try {
			return charges.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RateLimitStoreException("Interrupted while waiting for a plan", ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("It cannot be said what a request must pay", ex.getCause());
		}
	}

	private Decision decide(List<Charge> charges, HttpServletRequest request, RequestPolicies policies) {
		if (!policies.settles(charges)) {
			return this.rateLimiter.tryAcquire(charges);
		}
		Reservation reservation = this.rateLimiter.reserve(charges);
		SettlementFilter.add(request, new Settlement(policies, reservation));
		return reservation.decision();
	}

	/**
	 * Forwards, error pages, and asynchronous results belong to a request charged before.
	 * Not every server dispatches to an error page as such: in one that is given a WAR,
	 * Spring Boot forwards to it.
	 */
	private boolean countsOnItsOwn(HttpServletRequest request) {
		return request.getAttribute(this.charged) == null && request.getDispatcherType() != DispatcherType.ERROR
				&& request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) == null
				&& !this.callers.unlimitedPort().test(request.getLocalPort());
	}

}
