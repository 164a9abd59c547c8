package com.example.recipes;

import io.github.ratelimit.annotation.RateLimit;

import org.springframework.stereotype.Service;

/** What the page on other limiters shows. */
@Service
public class LimitedReports {

	@RateLimit(policy = "report", key = "#customer")
	public String create(String customer) {
		return "The report of " + customer;
	}

}
