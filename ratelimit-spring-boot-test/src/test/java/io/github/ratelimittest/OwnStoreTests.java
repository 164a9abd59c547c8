package io.github.ratelimittest;

import java.util.List;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.test.AutoConfigureRateLimit;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

import static io.github.ratelimit.test.RateLimitAssertions.assertThatDecision;

/**
 * Tests of an application that has a store of its own: a test does not ask it.
 */
@SpringBootTest
@AutoConfigureRateLimit
class OwnStoreTests {

	@Autowired
	private RateLimiter rateLimiter;

	@Test
	void limitsAreInMemoryAllTheSame() {
		assertThatDecision(this.rateLimiter.tryAcquire("exports", "alice")).isAllowed();
		assertThatDecision(this.rateLimiter.tryAcquire("exports", "alice")).isRejected();
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Own {

		@Bean
		@Primary
		RateLimitStore ownStore() {
			return new RateLimitStore() {

				@Override
				public String name() {
					return "own";
				}

				@Override
				public CompletionStage<Decision> acquire(List<Charge> charges) {
					throw new IllegalStateException("A test asks this store");
				}

				@Override
				public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
					throw new IllegalStateException("A test asks this store");
				}

				@Override
				public CompletionStage<Void> reset(Policy policy, String key) {
					throw new IllegalStateException("A test asks this store");
				}

			};
		}

	}

}
