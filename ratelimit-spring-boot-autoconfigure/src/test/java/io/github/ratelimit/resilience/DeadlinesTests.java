package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link Deadlines}.
 */
@Timeout(20)
class DeadlinesTests {

	@Test
	void answersThatAreLateFail() {
		Deadlines deadlines = new Deadlines(Duration.ofMillis(5), () -> new IllegalStateException("late"));
		for (int i = 0; i < 3; i++) {
			CompletableFuture<String> answer = new CompletableFuture<>();
			deadlines.add(answer);
			assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("late");
		}
	}

	@Test
	void oneThatHangsKeepsNoOthersInMind() {
		Deadlines deadlines = new Deadlines(Duration.ofHours(1), () -> new IllegalStateException("late"));
		CompletableFuture<String> hanging = new CompletableFuture<>();
		deadlines.add(hanging);
		for (int i = 0; i < 1000; i++) {
			CompletableFuture<String> answer = new CompletableFuture<>();
			deadlines.add(answer);
			answer.complete("in time");
		}
		while (deadlines.size() > 1) {
			Thread.onSpinWait();
		}
		assertThat(hanging).isNotDone();
		hanging.complete("at last");
		while (deadlines.size() > 0) {
			Thread.onSpinWait();
		}
	}

}
