package com.example.sample;

import java.util.List;
import java.util.Map;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.RequestKey;
import io.github.ratelimit.web.servlet.ServletRateLimitRequest;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.stereotype.Component;

/** What the page on the sample shows. */
@Component
public class LoginResets {

	private final RateLimiter rateLimiter;

	private final Callers callers;

	LoginResets(RateLimiter rateLimiter, Callers callers) {
		this.rateLimiter = rateLimiter;
		this.callers = callers;
	}

	public void reset(HttpServletRequest request) {
		RateLimitRequest view = new ServletRateLimitRequest(request, callers);
		String key = RequestKey.parse(List.of("ip"), Map.of(), 64).of(view);
		rateLimiter.reset("login", key);
	}

}
