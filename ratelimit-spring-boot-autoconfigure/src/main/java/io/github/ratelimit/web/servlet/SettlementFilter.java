package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.web.RateLimitResponse;
import io.github.ratelimit.web.Settlement;

import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Settles what requests have reserved when their response is known: before it is sent,
 * else when all other filters are through, or an asynchronous request is complete.
 */
public final class SettlementFilter extends OncePerRequestFilter implements Ordered {

	private static final String SETTLEMENTS = SettlementFilter.class.getName() + ".SETTLEMENTS";

	/** Leaves room for filters that want to be the very first. */
	private static final int ORDER = HIGHEST_PRECEDENCE + 100;

	private final BooleanSupplier wanted;

	/**
	 * Creates a filter.
	 * @param wanted whether there is a policy that may reserve something
	 */
	public SettlementFilter(BooleanSupplier wanted) {
		this.wanted = wanted;
	}

	static void add(HttpServletRequest request, Settlement settlement) {
		List<Settlement> settlements = new ArrayList<>(settlements(request));
		settlements.add(settlement);
		request.setAttribute(SETTLEMENTS, settlements);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return !this.wanted.getAsBoolean();
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		boolean answered = false;
		try {
			chain.doFilter(request, new SettlingResponse(response, () -> settle(request, response, true)));
			answered = true;
		}
		finally {
			if (request.isAsyncStarted()) {
				request.getAsyncContext().addListener(new Completion(request, response));
			}
			else {
				settle(request, response, answered || response.isCommitted());
			}
		}
	}

	private static void settle(HttpServletRequest request, HttpServletResponse response, boolean answered) {
		RateLimitResponse view = new View(response,
				answered ? response.getStatus() : HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
		for (Settlement settlement : settlements(request)) {
			settlement.settle(view);
		}
	}

	@SuppressWarnings("unchecked")
	private static List<Settlement> settlements(HttpServletRequest request) {
		Object settlements = request.getAttribute(SETTLEMENTS);
		return (settlements != null) ? (List<Settlement>) settlements : List.of();
	}

	private record View(HttpServletResponse response, int status) implements RateLimitResponse {

		@Override
		public @Nullable String header(String name) {
			return this.response.getHeader(name);
		}

	}

	private static final class Completion implements AsyncListener {

		private final HttpServletRequest request;

		private final HttpServletResponse response;

		Completion(HttpServletRequest request, HttpServletResponse response) {
			this.request = request;
			this.response = response;
		}

		@Override
		public void onComplete(AsyncEvent event) {
			settle(this.request, this.response, true);
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			// Completes all the same.
		}

		@Override
		public void onError(AsyncEvent event) {
			// Completes all the same.
		}

	}

}
