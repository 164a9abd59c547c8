package io.github.ratelimit.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RememberedPlans} and {@link ResolvedPlans}: the resolver answers when
 * the test says so.
 */
class RememberedPlansTests {

	private static final Duration TIMEOUT = Duration.ofMillis(100);

	private static final Duration NEVER = Duration.ofDays(1);

	private final List<CompletableFuture<String>> asked = new ArrayList<>();

	private long now = 1_000_000;

	private final RememberedPlans plans = plans(NEVER);

	@Test
	void callerIsAskedForOnce() {
		CompletableFuture<String> first = of("ip:a", null);
		CompletableFuture<String> second = of("ip:a", null);
		assertThat(first).isNotDone();
		this.asked.get(0).complete("pro");
		assertThat(List.of(first.join(), second.join(), of("ip:a", null).join())).containsOnly("pro");
		assertThat(this.asked).hasSize(1);
	}

	@Test
	void callersAreThoseWithTheSameKeyAndPrincipal() {
		of("ip:a", null);
		of("ip:b", null);
		of("ip:a", "alice");
		of("ip:a", "bob");
		assertThat(this.asked).hasSize(4);
		of("ip:a", "alice");
		assertThat(this.asked).hasSize(4);
	}

	@Test
	void answerHoldsForItsTime() {
		of("ip:a", null);
		this.asked.get(0).complete("free");
		pass(Duration.ofMinutes(1).minusNanos(1));
		assertThat(of("ip:a", null)).isCompletedWithValue("free");
		assertThat(this.asked).hasSize(1);
		pass(Duration.ofNanos(1));
		CompletableFuture<String> next = of("ip:a", null);
		this.asked.get(1).complete("pro");
		assertThat(next).isCompletedWithValue("pro");
	}

	@Test
	void thatThereIsNoPlanIsAnAnswer() {
		of("ip:a", null);
		this.asked.get(0).complete(null);
		assertThat(of("ip:a", null)).isCompletedWithValue(null);
		assertThat(this.asked).hasSize(1);
	}

	@Test
	void failureLeavesThePlanAsItWasAndIsTriedAgainAfterASecond() {
		of("ip:a", null);
		this.asked.get(0).complete("pro");
		pass(Duration.ofMinutes(1));
		CompletableFuture<String> failed = of("ip:a", null);
		this.asked.get(1).completeExceptionally(new IllegalStateException("The database is gone"));
		assertThat(failed).isCompletedWithValue("pro");
		pass(Duration.ofMillis(999));
		assertThat(of("ip:a", null)).isCompletedWithValue("pro");
		assertThat(this.asked).hasSize(2);
		pass(Duration.ofMillis(1));
		of("ip:a", null);
		assertThat(this.asked).hasSize(3);
	}

	@Test
	void resolverThatThrowsHasNoPlan() {
		RememberedPlans failing = new RememberedPlans((request) -> {
			throw new IllegalStateException("The database is gone");
		}, NEVER, Duration.ofMinutes(1), () -> this.now);
		assertThat(failing.of("ip:a", new StubRequest())).isCompletedWithValue(null);
	}

	@Test
	void lateAnswerIsNotAwaitedLongerThanADecisionAndHoldsWhenItComes() throws Exception {
		RememberedPlans impatient = plans(TIMEOUT);
		CompletableFuture<String> late = impatient.of("ip:a", new StubRequest());
		assertThat(late.get(10, TimeUnit.SECONDS)).isNull();
		pass(TIMEOUT);
		assertThat(impatient.of("ip:a", new StubRequest())).isCompletedWithValue(null);
		this.asked.get(0).complete("pro");
		assertThat(impatient.of("ip:a", new StubRequest())).isCompletedWithValue("pro");
		assertThat(this.asked).hasSize(1);
	}

	@Test
	void withoutMemoryEveryRequestAsks() throws Exception {
		ResolvedPlans forgetful = new ResolvedPlans(this::resolve, TIMEOUT);
		CompletableFuture<String> known = forgetful.of("ip:a", new StubRequest());
		this.asked.get(0).complete("pro");
		assertThat(known.get(10, TimeUnit.SECONDS)).isEqualTo("pro");
		assertThat(forgetful.of("ip:a", new StubRequest()).get(10, TimeUnit.SECONDS)).isNull();
		assertThat(this.asked).hasSize(2);
	}

	private RememberedPlans plans(Duration timeout) {
		return new RememberedPlans(this::resolve, timeout, Duration.ofMinutes(1), () -> this.now);
	}

	private CompletionStage<String> resolve(RateLimitRequest request) {
		CompletableFuture<String> answer = new CompletableFuture<>();
		this.asked.add(answer);
		return answer;
	}

	private CompletableFuture<String> of(String key, String principal) {
		return this.plans.of(key, new StubRequest().from(principal));
	}

	private void pass(Duration time) {
		this.now += time.toNanos();
	}

}
