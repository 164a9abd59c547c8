package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link DeadlineRateLimitStore}.
 */
@ExtendWith(OutputCaptureExtension.class)
class DeadlineRateLimitStoreTests {

	@Test
	void storeThatHangsIsATypedFailure() {
		RateLimitStore store = new DeadlineRateLimitStore(new HangingStore(), Duration.ofMillis(5));
		assertThatThrownBy(() -> store.probe().toCompletableFuture().get()).isInstanceOf(ExecutionException.class)
			.cause()
			.isInstanceOf(RateLimitStoreException.class)
			.hasMessage("The store 'hanging' did not decide within 5 ms");
	}

	@Test
	void settlementThatHangsIsATypedFailure() {
		RateLimitStore store = new DeadlineRateLimitStore(new HangingStore(), Duration.ofMillis(5));
		Decision decision = new Decision(true, 0, List.of());
		assertThatThrownBy(() -> store.settle(decision, List.of()).toCompletableFuture().get())
			.hasCauseInstanceOf(RateLimitStoreException.class);
	}

	@Test
	void saysOnceThatTheStoreFailsAndOnceThatItAnswersAgain(CapturedOutput output) throws Exception {
		FailingStore failing = new FailingStore();
		AtomicLong nanoTime = new AtomicLong();
		RateLimitStore store = new DeadlineRateLimitStore(failing, Duration.ofSeconds(10), nanoTime::get);
		for (int outage = 1; outage <= 2; outage++) {
			failing.broken = true;
			for (int i = 0; i < 3; i++) {
				assertThatThrownBy(() -> store.probe().toCompletableFuture().get()).hasMessageContaining("gone");
			}
			failing.broken = false;
			store.probe().toCompletableFuture().get();
			assertThat(output.getAll().split("INFO .*The rate limit store 'failing' answers again")).hasSize(outage);
			nanoTime.addAndGet(1_000_000_001);
			store.probe().toCompletableFuture().get();
			store.probe().toCompletableFuture().get();
			assertThat(output.getAll().split("WARN .*The rate limit store 'failing' has begun to fail"))
				.hasSize(outage + 1);
			assertThat(output.getAll().split("INFO .*The rate limit store 'failing' answers again"))
				.hasSize(outage + 1);
		}
	}

	@Test
	void warmingUpMayTakeLongerThanADecision(CapturedOutput output) {
		HangingStore slow = new HangingStore();
		new DeadlineRateLimitStore(slow, Duration.ZERO).warmUp();
		slow.answer.complete(new Decision(true, 0, List.of()));
		assertThat(output).doesNotContain("has begun to fail");
		FailingStore failing = new FailingStore();
		failing.broken = true;
		new DeadlineRateLimitStore(failing, Duration.ZERO).warmUp();
		assertThat(output).contains("The rate limit store 'failing' has begun to fail")
			.contains("RateLimitStoreException: gone")
			.doesNotContain("CompletionException");
	}

	@Test
	void storeThatAnswersIsLeftAlone() throws Exception {
		RateLimitStore store = new DeadlineRateLimitStore(new MemoryRateLimitStore(), Duration.ofSeconds(10));
		assertThat(store.name()).isEqualTo("memory");
		assertThat(store.probe().toCompletableFuture().get().allowed()).isTrue();
	}

	private static final class HangingStore implements RateLimitStore {

		private final CompletableFuture<Decision> answer = new CompletableFuture<>();

		@Override
		public String name() {
			return "hanging";
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			return this.answer;
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			return new CompletableFuture<>();
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return new CompletableFuture<>();
		}

	}

	private static final class FailingStore implements RateLimitStore {

		private final RateLimitStore store = new MemoryRateLimitStore();

		private boolean broken;

		@Override
		public String name() {
			return "failing";
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			return this.broken ? CompletableFuture.failedStage(new RateLimitStoreException("gone", null))
					: this.store.acquire(charges);
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			return this.store.settle(decision, actual);
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return this.store.reset(policy, key);
		}

	}

}
