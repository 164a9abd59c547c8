package io.github.ratelimittest;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.test.AutoConfigureRateLimit;
import io.github.ratelimit.test.WithRateLimits;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static io.github.ratelimit.test.RateLimitAssertions.assertThatLimits;

class UnlimitedTests {

	private static void callOften(MockMvcTester mvc) {
		for (int i = 0; i < 5; i++) {
			assertThatLimits(get(mvc)).isAllowed().isNotLimited();
		}
	}

	private static MvcTestResult get(MockMvcTester mvc) {
		return mvc.get().uri("/orders").exchange();
	}

	@Nested
	@WebMvcTest
	class ASliceThatDoesNotAskForLimits {

		@Test
		void hasNone(@Autowired MockMvcTester mvc) {
			callOften(mvc);
		}

	}

	@Nested
	@WebMvcTest
	@AutoConfigureRateLimit
	@WithRateLimits(disabled = true)
	class AClassThatIsAboutSomethingElse {

		@Test
		void isNotLimited(@Autowired MockMvcTester mvc) {
			callOften(mvc);
		}

		@Test
		@WithRateLimits
		void isLimitedWhereAMethodSaysSo(@Autowired MockMvcTester mvc) {
			assertThatLimits(get(mvc)).isAllowed().hasRemaining("orders", 1);
		}

	}

	@Nested
	@WebMvcTest(properties = "ratelimit.enabled=false")
	@AutoConfigureRateLimit
	class AnApplicationWhoseLimitsAreOff {

		@Test
		void hasNone(@Autowired MockMvcTester mvc) {
			callOften(mvc);
		}

	}

}
