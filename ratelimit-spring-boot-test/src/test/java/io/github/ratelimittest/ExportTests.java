package io.github.ratelimittest;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.test.AutoConfigureRateLimit;
import io.github.ratelimit.test.RateLimits;
import io.github.ratelimittest.Shop.Exports;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static io.github.ratelimit.test.RateLimitAssertions.assertThatDecision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest
@AutoConfigureRateLimit
class ExportTests {

	@Autowired
	private Exports exports;

	@Autowired
	private RateLimiter rateLimiter;

	@Autowired
	private RateLimits rateLimits;

	@Test
	void oneExportAnHour() {
		assertThat(this.exports.export()).isEqualTo("export");
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(this.exports::export)
			.satisfies((ex) -> assertThatDecision(ex.decision()).isRejectedBy("exports").hasRemaining("exports", 0));
		this.rateLimits.advance(Duration.ofMinutes(61));
		assertThat(this.exports.export()).isEqualTo("export");
	}

	@Test
	void eachCallerForItself() {
		assertThatDecision(this.rateLimiter.tryAcquire("exports", "alice")).isAllowed().hasRemaining("exports", 0);
		assertThatDecision(this.rateLimiter.tryAcquire("exports", "alice")).isRejected();
		assertThatDecision(this.rateLimiter.tryAcquire("exports", "bob")).isAllowed();
	}

}
