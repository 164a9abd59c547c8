package com.example.extending;

import java.util.Map;

import io.github.ratelimit.RateLimitExceededException;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

@RestControllerAdvice
public class OwnAnswers {

	@ExceptionHandler
	ResponseEntity<Map<String, String>> rejected(RateLimitExceededException ex) {
		String policy = ex.decision().exhausted().get(0).charge().policy().name();
		return ResponseEntity.status(429).body(Map.of("error", "slow_down", "policy", policy));
	}

}
