package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimitStoreException;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Circuit}.
 */
@ExtendWith(OutputCaptureExtension.class)
class CircuitTests {

	private static final Decision ANSWER = new Decision(true, 0, List.of());

	private final VirtualTime time = new VirtualTime();

	private final List<CompletableFuture<Decision>> probes = new ArrayList<>();

	private final Circuit circuit = new Circuit("redis", this::probe, this.time.timing());

	private int asked;

	@Test
	void opensWithTheFirstCallThatFindsTheStoreUnavailable() {
		assertThat(this.circuit.status().open()).isFalse();
		fail(unavailable());
		assertThat(this.circuit.status().open()).isTrue();
	}

	@Test
	void opensWithTheFifthErrorInARow() {
		for (int i = 0; i < 4; i++) {
			fail(new RateLimitStoreException("about one key", null));
		}
		succeed();
		for (int i = 0; i < 4; i++) {
			fail(new CompletionException(new RateLimitStoreException("about one key", null)));
		}
		assertThat(this.circuit.status().open()).isFalse();
		fail(new IllegalStateException("a store of somebody else"));
		assertThat(this.circuit.status().open()).isTrue();
	}

	@Test
	void storeThatThrowsIsOneThatFails() {
		for (int i = 0; i < 5; i++) {
			assertThat(failure(this.circuit.call(() -> {
				throw new IllegalStateException("thrown");
			}))).hasMessage("thrown");
		}
		assertThat(this.circuit.status().open()).isTrue();
	}

	@Test
	void doesNotAskTheStoreWhileItIsOpen() {
		fail(unavailable());
		this.time.pass(Duration.ZERO);
		this.probes.get(0).completeExceptionally(unavailable());
		this.time.pass(Duration.ofMillis(300));
		this.asked = 0;
		for (int i = 0; i < 1000; i++) {
			Throwable failure = failure(succeed());
			assertThat(failure).isInstanceOf(RateLimitStoreException.class)
				.hasMessage("The store 'redis' does not answer and is not asked for the moment");
			assertThat(failure.getStackTrace()).isEmpty();
			assertThat(((RateLimitStoreException) failure).retryAfter()).isEqualTo(Duration.ofMillis(700));
		}
		assertThat(this.asked).isZero();
	}

	@Test
	void asksAtOnceAndThenAfterLongerAndLongerPauses() {
		fail(unavailable());
		assertThat(this.probes).as("no caller is the probe").isEmpty();
		this.time.pass(Duration.ZERO);
		assertThat(this.probes).hasSize(1);
		for (int seconds : new int[] { 1, 2, 4, 8, 16, 30, 30, 30 }) {
			int before = this.probes.size();
			this.probes.get(before - 1).completeExceptionally(unavailable());
			assertThat(this.circuit.status().untilProbe()).isEqualTo(Duration.ofSeconds(seconds));
			this.time.pass(Duration.ofSeconds(seconds).minusNanos(1));
			assertThat(this.probes).hasSize(before);
			this.time.pass(Duration.ofNanos(1));
			assertThat(this.probes).hasSize(before + 1);
		}
	}

	@Test
	void asksOnceAtATimeHoweverLongThatTakes() {
		fail(unavailable());
		this.time.pass(Duration.ofHours(1));
		assertThat(this.probes).hasSize(1);
		assertThat(this.time.waiting()).isZero();
		assertThat(((RateLimitStoreException) failure(succeed())).retryAfter()).isZero();
	}

	@Test
	void chanceShortensPausesByAQuarterAtMost() {
		this.time.chance = 1;
		fail(unavailable());
		this.time.pass(Duration.ZERO);
		this.probes.get(0).completeExceptionally(unavailable());
		assertThat(this.circuit.status().untilProbe()).isEqualTo(Duration.ofMillis(750));
		this.time.chance = 0.5;
		this.time.pass(Duration.ofMillis(750));
		this.probes.get(1).completeExceptionally(unavailable());
		assertThat(this.circuit.status().untilProbe()).isEqualTo(Duration.ofMillis(1750));
	}

	@Test
	void oneAnswerClosesIt() {
		fail(unavailable());
		this.time.pass(Duration.ZERO);
		this.probes.get(0).complete(ANSWER);
		assertThat(this.circuit.status()).isEqualTo(new CircuitStatus(false, Duration.ZERO, Duration.ZERO));
		assertThat(succeed()).isCompletedWithValue(ANSWER);
		this.time.pass(Duration.ofHours(1));
		assertThat(this.probes).hasSize(1);
		assertThat(this.circuit.status().age()).isEqualTo(Duration.ofHours(1));
	}

	@Test
	void storeThatOnlyHalfWorksIsLeftAloneMoreAndMore() {
		for (int seconds : new int[] { 0, 1, 2, 4, 8, 16, 30, 30 }) {
			fail(unavailable());
			assertThat(this.circuit.status().untilProbe()).isEqualTo(Duration.ofSeconds(seconds));
			answerProbeAfter(Duration.ofSeconds(seconds));
			this.time.pass(Duration.ofSeconds(29));
		}
		this.time.pass(Duration.ofSeconds(1));
		fail(unavailable());
		assertThat(this.circuit.status().untilProbe()).as("closed for 30 s").isZero();
	}

	@Test
	void whatWasAskedBeforeItOpenedTellsNothingAboutNow() {
		CompletableFuture<Decision> late = new CompletableFuture<>();
		this.circuit.call(() -> late);
		fail(unavailable());
		answerProbeAfter(Duration.ZERO);
		late.completeExceptionally(unavailable());
		assertThat(this.circuit.status().open()).isFalse();
	}

	@Test
	void asksNoMoreWhenTheApplicationStops() {
		fail(unavailable());
		this.circuit.close();
		this.time.pass(Duration.ofHours(1));
		assertThat(this.probes).isEmpty();
		assertThat(this.time.waiting()).isZero();
	}

	@Test
	void connectionThatEndsWithTheApplicationIsNoFailure(CapturedOutput output) {
		CompletableFuture<Decision> underWay = new CompletableFuture<>();
		this.circuit.call(() -> underWay);
		this.circuit.close();
		underWay.completeExceptionally(unavailable());
		this.time.pass(Duration.ofSeconds(1));
		assertThat(this.circuit.status().open()).isFalse();
		assertThat(output).doesNotContain("begun to fail");
	}

	@Test
	void saysOnceThatTheStoreFailsAndOnceThatItAnswersAgain(CapturedOutput output) {
		for (int outage = 1; outage <= 2; outage++) {
			for (int i = 0; i < 3; i++) {
				fail(unavailable());
			}
			answerProbeAfter(Duration.ofSeconds(1));
			succeed();
			assertThat(output.getAll().split("WARN .*The rate limit store 'redis' has begun to fail"))
				.hasSize(outage + 1);
			assertThat(output.getAll().split("INFO .*The rate limit store 'redis' answers again")).hasSize(outage + 1);
		}
		assertThat(output).contains("RateLimitStoreException: gone").doesNotContain("CompletionException");
	}

	@Test
	void saysOnceAMinuteThatCallsFailWhichDoNotOpenIt(CapturedOutput output) {
		for (int minute = 1; minute <= 2; minute++) {
			for (int i = 0; i < 9; i++) {
				fail(new RateLimitStoreException("about one key", null));
				succeed();
			}
			assertThat(output.getAll().split("WARN .*The rate limit store 'redis' could not decide a call"))
				.hasSize(minute + 1);
			this.time.pass(Duration.ofMinutes(1));
		}
	}

	private static RateLimitStoreException unavailable() {
		return RateLimitStoreException.unavailable("gone", null, Duration.ZERO);
	}

	private void fail(Throwable failure) {
		this.circuit.call(() -> CompletableFuture.failedFuture(failure));
	}

	private CompletableFuture<Decision> succeed() {
		return this.circuit.call(() -> {
			this.asked++;
			return CompletableFuture.completedFuture(ANSWER);
		}).toCompletableFuture();
	}

	private CompletionStage<Decision> probe() {
		CompletableFuture<Decision> probe = new CompletableFuture<>();
		this.probes.add(probe);
		return probe;
	}

	private void answerProbeAfter(Duration pause) {
		this.time.pass(pause);
		this.probes.get(this.probes.size() - 1).complete(ANSWER);
	}

	private static Throwable failure(CompletionStage<?> answer) {
		return answer.toCompletableFuture().handle((result, failure) -> failure).join();
	}

}
