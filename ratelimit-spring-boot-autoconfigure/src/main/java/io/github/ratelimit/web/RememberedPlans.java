package io.github.ratelimit.web;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Asks a resolver once for the plan of a caller, and again when some time has passed.
 * Requests that come while the answer is awaited share it. If the resolver fails or is
 * late, callers keep the plan that they had.
 */
public final class RememberedPlans implements PlanNames {

	private static final long MAXIMUM_CALLERS = 100_000;

	/** How long callers keep a plan that cannot be asked for. */
	private static final Duration LONGEST = Duration.ofHours(1);

	private final RateLimitPlanResolver resolver;

	private final long timeout;

	private final long time;

	private final LongSupplier nanoTime;

	private final Cache<Caller, PlanResult> answers;

	/**
	 * Creates plans.
	 * @param resolver knows them
	 * @param timeout how long a request waits for it
	 * @param time how long an answer holds
	 */
	public RememberedPlans(RateLimitPlanResolver resolver, Duration timeout, Duration time) {
		this(resolver, timeout, time, System::nanoTime);
	}

	RememberedPlans(RateLimitPlanResolver resolver, Duration timeout, Duration time, LongSupplier nanoTime) {
		this.resolver = resolver;
		this.timeout = timeout.toNanos();
		this.time = time.toNanos();
		this.nanoTime = nanoTime;
		this.answers = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_CALLERS)
			.expireAfterWrite(time.plus(LONGEST))
			.ticker(nanoTime::getAsLong)
			.build();
	}

	@Override
	public CompletableFuture<@Nullable String> of(String key, RateLimitRequest request) {
		long now = this.nanoTime.getAsLong();
		Caller caller = new Caller(key, request.principal());
		PlanResult known = this.answers.getIfPresent(caller);
		PlanResult answer = (known != null && known.holds(now, this.time)) ? known : ask(caller, known, request, now);
		return answer.within(this.timeout, now);
	}

	/** Of requests that come together, one asks. */
	private PlanResult ask(Caller caller, @Nullable PlanResult known, RateLimitRequest request, long now) {
		PlanResult next = new PlanResult((known != null) ? known.known() : null, now);
		boolean first = (known != null) ? this.answers.asMap().replace(caller, known, next)
				: this.answers.asMap().putIfAbsent(caller, next) == null;
		PlanResult other = first ? null : this.answers.getIfPresent(caller);
		return (other != null) ? other : next.ask(this.resolver, request);
	}

	/** Several may be counted as one, and have different plans. */
	private record Caller(String key, @Nullable String principal) {
	}

}
