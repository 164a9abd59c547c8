package io.github.ratelimit.web;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;

import org.springframework.http.HttpHeaders;

/**
 * The header fields that tell a caller how its limits stand: structured fields (RFC 9651)
 * in the syntax of draft-ietf-httpapi-ratelimit-headers-11, the older
 * {@code X-RateLimit-*}, and {@code Retry-After} (RFC 9110). All times are in seconds,
 * rounded up.
 */
public final class RateLimitFields {

	/** All fields that are not sent on a redirect. */
	public static final List<String> NAMES = List.of("RateLimit-Policy", "RateLimit", "X-RateLimit-Limit",
			"X-RateLimit-Remaining", "X-RateLimit-Reset");

	/** The largest integer of a structured field. */
	private static final long MAX_INTEGER = 999_999_999_999_999L;

	private static final Comparator<LimitState> TIGHTEST_FIRST = Comparator.comparing(LimitState::exhausted)
		.reversed()
		.thenComparing(LimitState::remaining)
		.thenComparing(Comparator.comparing(LimitState::resetAfter).reversed());

	private final HeaderStyle style;

	public RateLimitFields(HeaderStyle style) {
		this.style = style;
	}

	/**
	 * Tells a caller of a decision.
	 * @param decision the decision
	 * @param response takes the name and the value of each field
	 */
	public void write(Decision decision, BiConsumer<String, String> response) {
		if (this.style == HeaderStyle.DRAFT || this.style == HeaderStyle.BOTH) {
			writeDraft(decision, response);
		}
		if (this.style == HeaderStyle.LEGACY || this.style == HeaderStyle.BOTH) {
			writeLegacy(decision, response);
		}
		Duration retryAfter = decision.retryAfter();
		if (!decision.allowed() && retryAfter != null) {
			response.accept(HttpHeaders.RETRY_AFTER, String.valueOf(seconds(retryAfter)));
		}
	}

	/**
	 * What a limit is called in fields and problems: its policy, and its window if the
	 * policy has several limits.
	 * @param policy the policy
	 * @param limit one of its limits
	 * @return such as {@code api}, or {@code login-1m}
	 */
	static String name(Policy policy, Limit limit) {
		return (policy.limits().size() == 1) ? policy.name() : policy.name() + "-" + limit.windowText();
	}

	/**
	 * A time as header fields and messages give it.
	 * @param time a time that is not negative
	 * @return whole seconds, rounded up
	 */
	static long seconds(Duration time) {
		return time.plusNanos(999_999_999).toSeconds();
	}

	private static void writeDraft(Decision decision, BiConsumer<String, String> response) {
		StringBuilder policies = new StringBuilder();
		StringBuilder limits = new StringBuilder();
		for (LimitState state : decision.states()) {
			Policy policy = state.charge().policy();
			String member = (limits.isEmpty() ? "\"" : ", \"") + name(policy, state.limit()) + '"';
			policies.append(member)
				.append(";q=")
				.append(integer(state.limit().burst()))
				.append(";w=")
				.append(integer(seconds(window(policy, state.limit()))));
			limits.append(member).append(";r=").append(integer(state.remaining()));
			Duration wait = waitOf(state);
			if (!wait.isZero()) {
				limits.append(";t=").append(integer(seconds(wait)));
			}
		}
		response.accept("RateLimit-Policy", policies.toString());
		response.accept("RateLimit", limits.toString());
	}

	private static void writeLegacy(Decision decision, BiConsumer<String, String> response) {
		LimitState tightest = decision.states().stream().min(TIGHTEST_FIRST).orElseThrow();
		response.accept("X-RateLimit-Limit", String.valueOf(tightest.limit().burst()));
		response.accept("X-RateLimit-Remaining", String.valueOf(tightest.remaining()));
		response.accept("X-RateLimit-Reset", String.valueOf(seconds(tightest.resetAfter())));
	}

	/** The time in which a full quota comes back. */
	private static Duration window(Policy policy, Limit limit) {
		if (policy.algorithm() != Algorithm.TOKEN_BUCKET) {
			return limit.window();
		}
		long level = limit.burst() * limit.window().toMillis();
		return Duration.ofMillis((level + limit.permits() - 1) / limit.permits());
	}

	private static Duration waitOf(LimitState state) {
		Duration retryAfter = state.retryAfter();
		return (state.exhausted() && retryAfter != null) ? retryAfter : state.replenishAfter();
	}

	private static long integer(long number) {
		return Math.min(number, MAX_INTEGER);
	}

}
