package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Ban;
import io.github.ratelimit.BanContract;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever remembers bans as every store does, and knows who is banned.
 */
class RememberingBanTests extends BanContract {

	private static final Ban BAN = new Ban(3, Duration.ofMinutes(10), Duration.ofMinutes(5));

	private static final Policy HOUR = new Policy("hour", Algorithm.FIXED_WINDOW, new Limit(1, Duration.ofHours(1)))
		.with(BAN);

	private static final Policy MINUTE = new Policy("minute", Algorithm.FIXED_WINDOW,
			new Limit(1, Duration.ofMinutes(1)))
		.with(BAN);

	private final MovableStore asked = new MovableStore();

	private final RememberingRateLimitStore remembering = new RememberingRateLimitStore(this.asked,
			Duration.ofMinutes(30), () -> this.asked.nanos);

	@Override
	protected RateLimitStore store(LongSupplier clock) {
		return new RememberingRateLimitStore(new MemoryRateLimitStore(1000, clock), Duration.ofMinutes(1),
				() -> clock.getAsLong() * 1_000_000);
	}

	@Test
	void knocksCostATripAndBannedCallsDoNot() {
		for (int i = 0; i < 4; i++) {
			acquire(HOUR);
		}
		assertThat(this.asked.asked).isEqualTo(4);
		for (int i = 0; i < 1000; i++) {
			assertThat(acquire(HOUR).states().get(0).banned()).isTrue();
		}
		assertThat(this.asked.asked).isEqualTo(4);
	}

	@Test
	void whatIsRememberedEndsWithTheBan() {
		for (int i = 0; i < 4; i++) {
			acquire(HOUR);
		}
		this.asked.nanos += Duration.ofMinutes(5).minusMillis(2).toNanos();
		assertThat(acquire(HOUR).states().get(0).bannedFor()).isEqualTo(Duration.ofMillis(2));
		assertThat(this.asked.asked).isEqualTo(4);
		this.asked.nanos += Duration.ofMillis(2).toNanos();
		assertThat(acquire(HOUR).states().get(0).banned()).isFalse();
		assertThat(this.asked.asked).isEqualTo(5);
	}

	@Test
	void reservationsOfBannedCallersCostNoTrip() {
		Decision reserved = reserve(MINUTE);
		this.remembering.settle(reserved, List.of(new Charge(MINUTE, "a", 0)));
		assertThat(reserve(MINUTE).allowed()).isTrue();
		for (int i = 0; i < 3; i++) {
			assertThat(reserve(MINUTE).allowed()).isFalse();
		}
		assertThat(this.asked.asked).isEqualTo(5);
		for (int i = 0; i < 1000; i++) {
			assertThat(reserve(MINUTE).allowed()).isFalse();
		}
		assertThat(this.asked.asked).isEqualTo(5);
		this.remembering.reset(MINUTE, "a");
		assertThat(reserve(MINUTE).allowed()).isTrue();
	}

	@Test
	void reservationsAskAsLongAsPermitsThatComeBackMakeADifference() {
		Decision reserved = reserve(HOUR);
		for (int i = 0; i < 5; i++) {
			assertThat(reserve(HOUR).retryAfter()).isEqualTo(Duration.ofHours(1));
		}
		this.remembering.settle(reserved, List.of(new Charge(HOUR, "a", 0)));
		assertThat(reserve(HOUR).retryAfter()).isEqualTo(Duration.ofMinutes(5));
	}

	private Decision acquire(Policy policy) {
		return this.remembering.acquire(List.of(new Charge(policy, "a"))).toCompletableFuture().join();
	}

	private Decision reserve(Policy policy) {
		return this.remembering.reserve(List.of(new Charge(policy, "a"))).toCompletableFuture().join();
	}

}
