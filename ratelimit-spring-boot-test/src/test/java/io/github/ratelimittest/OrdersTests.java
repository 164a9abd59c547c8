package io.github.ratelimittest;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.test.AutoConfigureRateLimit;
import io.github.ratelimit.test.RateLimits;
import io.github.ratelimit.test.WithRateLimits;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static io.github.ratelimit.test.RateLimitAssertions.assertThatLimits;

@WebMvcTest
@AutoConfigureRateLimit
class OrdersTests {

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private RateLimits rateLimits;

	@Test
	void ordersAreLimited() {
		assertThatLimits(get()).isAllowed().hasLimit("orders", 2, Duration.ofMinutes(1)).hasRemaining("orders", 1);
		assertThatLimits(get()).isAllowed().hasRemaining("orders", 0);
		assertThatLimits(get()).isRejected().hasRetryAfter(Duration.ofSeconds(61));
	}

	@Test
	void permitsComeBack() {
		get();
		get();
		this.rateLimits.advance(Duration.ofSeconds(59));
		assertThatLimits(get()).isRejected();
		this.rateLimits.advance(Duration.ofSeconds(2));
		assertThatLimits(get()).isAllowed();
	}

	@Test
	void permitsCanBeGivenBack() {
		get();
		get();
		this.rateLimits.reset();
		assertThatLimits(get()).isAllowed();
	}

	@Test
	@WithRateLimits(disabled = true)
	void thisIsAboutSomethingElse() {
		for (int i = 0; i < 10; i++) {
			assertThatLimits(get()).isAllowed().isNotLimited();
		}
	}

	private MvcTestResult get() {
		return this.mvc.get().uri("/orders").exchange();
	}

}
