package io.github.ratelimit.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.UnknownPolicyException;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link OutboundRateLimits} and {@link OutboundRateLimit}.
 */
class OutboundRateLimitsTests {

	private static final URI ORDERS = URI.create("http://partner.example/orders");

	private static final Policy POLICY = new Policy("partner", Algorithm.FIXED_WINDOW,
			List.of(new Limit(10, Duration.ofMinutes(1))), 2);

	private final OutboundRateLimits limits = new OutboundRateLimits(
			new RateLimiter(new MemoryRateLimitStore(), Map.of("partner", POLICY)::get, List.of()),
			() -> Map.of("partner", Duration.ofSeconds(2)));

	@Test
	void unknownPolicyIsNotFound() {
		assertThatExceptionOfType(UnknownPolicyException.class).isThrownBy(() -> this.limits.named("partnr"))
			.withMessage("No rate limit policy is named 'partnr'");
	}

	@Test
	void allCallsHaveOneKeyAndTheCostOfThePolicyUnlessSaidOtherwise() {
		OutboundRateLimit limit = this.limits.named("partner");
		assertThat(limit.charges(ORDERS)).containsExactly(new Charge(POLICY, Charge.EVERYONE, 2));
		assertThat(limit.withKey(URI::getHost).charges(ORDERS))
			.containsExactly(new Charge(POLICY, "partner.example", 2));
		assertThat(limit.charges(ORDERS)).containsExactly(new Charge(POLICY, Charge.EVERYONE, 2));
	}

	@Test
	void pauseIsTheTimeUntilPermitsComeBackIfThatIsInTime() {
		OutboundRateLimit limit = this.limits.named("partner");
		Decision rejected = rejected(Duration.ofMillis(500));
		assertThat(limit.pause(rejected, Duration.ofMillis(1500))).isEqualTo(Duration.ofMillis(500));
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> limit.pause(rejected, Duration.ofMillis(1501)))
			.satisfies((ex) -> assertThat(ex.decision()).isEqualTo(rejected));
	}

	@Test
	void timeToWaitMayBeSaidByTheCall() {
		OutboundRateLimit limit = this.limits.named("partner");
		Decision rejected = rejected(Duration.ofMillis(500));
		assertThat(limit.withMaxWait(Duration.ofMillis(500)).pause(rejected, Duration.ZERO))
			.isEqualTo(Duration.ofMillis(500));
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> limit.withMaxWait(Duration.ZERO).pause(rejected, Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> limit.withMaxWait(Duration.ofMillis(-1)))
			.withMessage("The time to wait 'PT-0.001S' is negative");
	}

	@Test
	void thereIsNoPauseIfWaitingNeverHelps() {
		OutboundRateLimit patient = this.limits.named("partner").withMaxWait(Duration.ofDays(100_000));
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> patient.pause(rejected(null), Duration.ZERO));
	}

	private static Decision rejected(@Nullable Duration retryAfter) {
		LimitState state = new LimitState(new Charge(POLICY, Charge.EVERYONE), POLICY.limits().get(0), 0, retryAfter,
				Duration.ofMinutes(1), Duration.ofMinutes(1));
		return new Decision(false, 0, List.of(state));
	}

}
