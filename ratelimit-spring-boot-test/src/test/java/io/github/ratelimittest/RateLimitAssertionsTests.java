package io.github.ratelimittest;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

import static io.github.ratelimit.test.RateLimitAssertions.assertThatDecision;
import static io.github.ratelimit.test.RateLimitAssertions.assertThatLimits;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RateLimitAssertionsTests {

	private static final ResponseEntity<Void> ALLOWED = ResponseEntity.ok()
		.header("RateLimit-Policy", "\"login-1m\";q=5;w=60, \"login-1h\";q=20;w=3600")
		.header("RateLimit", "\"login-1m\";r=4;t=60, \"login-1h\";r=19;t=3600")
		.build();

	private static final ResponseEntity<Void> REJECTED = ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS)
		.header("Retry-After", "60")
		.build();

	private static final Decision REJECTION = decision(false, 0, Duration.ofSeconds(60));

	@Test
	void tellOfResponses() {
		assertThatLimits(ALLOWED).isAllowed()
			.hasLimit("login-1m", 5, Duration.ofMinutes(1))
			.hasLimit("login-1h", 20, Duration.ofHours(1))
			.hasRemaining("login-1m", 4)
			.hasRemaining("login-1h", 19);
		assertThatLimits(REJECTED).isRejected().isNotLimited().hasRetryAfter(Duration.ofMinutes(1));
		fails(() -> assertThatLimits(ALLOWED).isRejected(), "Expected the call to be rejected, but it was answered with"
				+ " 200 OK: [RateLimit-Policy: \"login-1m\";q=5;w=60");
		fails(() -> assertThatLimits(REJECTED).isAllowed(),
				"Expected the call to be allowed, but it was rejected: [Retry-After: 60]");
		fails(() -> assertThatLimits(ALLOWED).isNotLimited(), "Expected no limits, but there are");
		fails(() -> assertThatLimits(ALLOWED).hasRemaining("login-1m", 19), "Expected 19 remaining permits");
		fails(() -> assertThatLimits(ALLOWED).hasRemaining("login", 4), "Expected 4 remaining permits");
		fails(() -> assertThatLimits(ALLOWED).hasLimit("login-1m", 5, Duration.ofHours(1)),
				"Expected 3600 seconds of window");
		fails(() -> assertThatLimits(ALLOWED).hasLimit("login-1m", 20, Duration.ofMinutes(1)),
				"Expected 20 permits per window");
		fails(() -> assertThatLimits(ALLOWED).hasRetryAfter(Duration.ofMinutes(1)),
				"Expected Retry-After 60, but it is null");
	}

	@Test
	void tellOfDecisions() {
		Decision allowance = decision(true, 3, Duration.ZERO);
		assertThatDecision(allowance).isAllowed().hasRemaining("login", 3).hasRetryAfter(Duration.ZERO);
		assertThatDecision(REJECTION).isRejected()
			.isRejectedBy("login")
			.hasRemaining("login", 0)
			.hasRetryAfter(Duration.ofMinutes(1));
		fails(() -> assertThatDecision(allowance).isRejected(),
				"Expected the call to be rejected, but it was allowed:" + " [login 5/1m for 'alice' leaves 3]");
		fails(() -> assertThatDecision(REJECTION).isAllowed(),
				"Expected the call to be allowed, but it was rejected:" + " [login 5/1m for 'alice' leaves 0]");
		fails(() -> assertThatDecision(REJECTION).isRejectedBy("api"),
				"Expected the call to be rejected by policy 'api', but it was by [login]");
		fails(() -> assertThatDecision(allowance).hasRemaining("login", 4),
				"Expected 4 permits of policy 'login' to be left, but there are 3");
		fails(() -> assertThatDecision(allowance).hasRemaining("api", 3), "Expected policy 'api' to be charged");
		fails(() -> assertThatDecision(REJECTION).hasRetryAfter(Duration.ofSeconds(59)),
				"Expected the call to be allowed after PT59S, but it is after PT1M");
	}

	private static Decision decision(boolean allowed, long remaining, Duration retryAfter) {
		Policy policy = new Policy("login", Algorithm.SLIDING_WINDOW, Limit.parse("5/1m"));
		Charge charge = new Charge(policy, "alice");
		return new Decision(allowed, 0, List.of(new LimitState(charge, policy.limits().get(0), remaining, retryAfter,
				Duration.ofMinutes(1), Duration.ofMinutes(1))));
	}

	private static void fails(Runnable assertion, String message) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion::run).withMessageContaining(message);
	}

}
