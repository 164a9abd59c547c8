package io.github.ratelimittest;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.test.AutoConfigureRateLimit;
import io.github.ratelimit.test.RateLimits;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webflux.test.autoconfigure.WebFluxTest;
import org.springframework.test.web.reactive.server.ExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

import static io.github.ratelimit.test.RateLimitAssertions.assertThatLimits;

@WebFluxTest
@AutoConfigureRateLimit
class ReactiveOrdersTests {

	@Autowired
	private WebTestClient client;

	@Autowired
	private RateLimits rateLimits;

	@Test
	void ordersAreLimited() {
		assertThatLimits(get()).isAllowed().hasLimit("orders", 2, Duration.ofMinutes(1)).hasRemaining("orders", 1);
		assertThatLimits(get()).isAllowed().hasRemaining("orders", 0);
		assertThatLimits(get()).isRejected().hasRetryAfter(Duration.ofSeconds(61));
		this.rateLimits.advance(Duration.ofSeconds(61));
		assertThatLimits(get()).isAllowed();
	}

	private ExchangeResult get() {
		return this.client.get().uri("/orders").exchange().returnResult();
	}

}
