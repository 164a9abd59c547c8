package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link DeadlineRateLimitStore}.
 */
class DeadlineRateLimitStoreTests {

	@Test
	void storeThatHangsIsATypedFailure() {
		RateLimitStore store = new DeadlineRateLimitStore(new HangingStore(), Duration.ofMillis(5));
		assertThatThrownBy(() -> store.probe().toCompletableFuture().get()).isInstanceOf(ExecutionException.class)
			.cause()
			.isInstanceOf(RateLimitStoreException.class)
			.hasMessage("The store 'hanging' did not decide within 5 ms")
			.extracting((failure) -> ((RateLimitStoreException) failure).unavailable())
			.isEqualTo(true);
	}

	@Test
	void settlementThatHangsIsATypedFailure() {
		RateLimitStore store = new DeadlineRateLimitStore(new HangingStore(), Duration.ofMillis(5));
		Decision decision = new Decision(true, 0, List.of());
		assertThatThrownBy(() -> store.settle(decision, List.of()).toCompletableFuture().get())
			.hasCauseInstanceOf(RateLimitStoreException.class);
	}

	@Test
	void warmingUpMayTakeLongerThanADecision() throws Exception {
		HangingStore slow = new HangingStore();
		CompletionStage<Decision> answer = new DeadlineRateLimitStore(slow, Duration.ofNanos(1)).warmUp();
		assertThat(answer.toCompletableFuture().isDone()).isFalse();
		slow.answer.complete(new Decision(true, 0, List.of()));
		assertThat(answer.toCompletableFuture().get().allowed()).isTrue();
	}

	@Test
	void storeThatHasConnectedLateHasToDecideInTime() {
		HangingStore slow = new HangingStore();
		CompletableFuture<Decision> connecting = slow.answer;
		CompletableFuture<Decision> back = new DeadlineRateLimitStore(slow, Duration.ofMillis(5)).reconnect()
			.toCompletableFuture();
		slow.answer = new CompletableFuture<>();
		assertThat(back).isNotDone();
		connecting.complete(new Decision(true, 0, List.of()));
		assertThatThrownBy(back::get).hasRootCauseMessage("The store 'hanging' did not decide within 5 ms");
	}

	@Test
	void storeThatAnswersIsLeftAlone() throws Exception {
		RateLimitStore store = new DeadlineRateLimitStore(new MemoryRateLimitStore(), Duration.ofSeconds(10));
		assertThat(store.name()).isEqualTo("memory");
		assertThat(store.probe().toCompletableFuture().get().allowed()).isTrue();
	}

	private static final class HangingStore implements RateLimitStore {

		private CompletableFuture<Decision> answer = new CompletableFuture<>();

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

}
