package io.github.ratelimit.web;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The plan of one client as a resolver knows it, from when it is asked. Times are
 * nanoseconds of a monotonic clock.
 */
final class PlanResult {

	private static final Log logger = LogFactory.getLog(PlanResult.class);

	/** A resolver that fails is asked again after that time. */
	private static final long RETRY = TimeUnit.SECONDS.toNanos(1);

	private final CompletableFuture<@Nullable String> plan = new CompletableFuture<>();

	private final @Nullable String before;

	private final long asked;

	private volatile boolean failed;

	/**
	 * Creates an answer that is not there yet.
	 * @param before the plan until it is, and if it is a failure
	 * @param asked the time
	 */
	PlanResult(@Nullable String before, long asked) {
		this.before = before;
		this.asked = asked;
	}

	/** Asks for the answer. */
	PlanResult ask(RateLimitPlanResolver resolver, RateLimitRequest request) {
		try {
			CompletionStage<@Nullable String> answer = resolver.resolve(request);
			answer.whenComplete((resolved, failure) -> {
				if (failure != null) {
					fail(failure);
				}
				else {
					this.plan.complete(resolved);
				}
			});
		}
		catch (RuntimeException ex) {
			fail(ex);
		}
		return this;
	}

	private void fail(Throwable failure) {
		logger.debug("The plan of a caller is not known, so it stays what it was", failure);
		this.failed = true;
		this.plan.complete(this.before);
	}

	/** The plan as it is known so far. */
	@Nullable String known() {
		return this.plan.getNow(this.before);
	}

	/** Whether it need not be asked for again. */
	boolean holds(long now, long time) {
		return now - this.asked < (this.failed ? Math.min(RETRY, time) : time);
	}

	/** The plan as it will be known when the time since the question is over. */
	CompletableFuture<@Nullable String> within(long time, long now) {
		if (this.plan.isDone()) {
			return this.plan;
		}
		long left = time - (now - this.asked);
		return (left > 0) ? this.plan.copy().completeOnTimeout(this.before, left, TimeUnit.NANOSECONDS)
				: CompletableFuture.completedFuture(this.before);
	}

}
