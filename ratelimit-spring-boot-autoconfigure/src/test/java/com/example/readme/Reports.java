package com.example.readme;

import io.github.ratelimit.RateLimiter;

import org.springframework.stereotype.Service;

@Service
class Reports {

	private final RateLimiter rateLimiter;

	Reports(RateLimiter rateLimiter) {
		this.rateLimiter = rateLimiter;
	}

	Report create(String customer, int pages) {
		this.rateLimiter.tryAcquire("reports", customer, pages).orElseThrow();
		return new Report(customer, pages);
	}

	record Report(String customer, int pages) {
	}

}
