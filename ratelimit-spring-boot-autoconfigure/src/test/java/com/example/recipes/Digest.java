package com.example.recipes;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.RateLimiter;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
public class Digest {

	private final RateLimiter rateLimiter;

	private final AtomicInteger sent = new AtomicInteger();

	Digest(RateLimiter rateLimiter) {
		this.rateLimiter = rateLimiter;
	}

	@Scheduled(cron = "0 0 * * * *")
	public void send() {
		if (this.rateLimiter.tryAcquire("digest", "all").allowed()) {
			this.sent.incrementAndGet();
		}
	}

	public int sent() {
		return this.sent.get();
	}

}
