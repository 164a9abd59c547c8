package com.example.extending;

import java.util.Set;

import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.RateLimitResponse;

import org.springframework.stereotype.Component;

@Component("trust")
public class Trust {

	public boolean knows(RateLimitRequest request) {
		return "alice".equals(request.principal());
	}

	public boolean suspects(RateLimitResponse response) {
		return Set.of(401, 403, 404).contains(response.status());
	}

}
