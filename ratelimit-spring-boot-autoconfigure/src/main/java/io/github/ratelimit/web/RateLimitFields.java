package io.github.ratelimit.web;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;

import org.springframework.http.HttpHeaders;

/**
 * The header fields that tell a caller how its limits stand: structured fields (RFC 9651)
 * in the syntax of draft-ietf-httpapi-ratelimit-headers-11, the older
 * {@code X-RateLimit-*} or whatever they are called, and {@code Retry-After} (RFC 9110).
 * All times are in seconds, rounded up.
 */
public final class RateLimitFields {

	private static final String POLICY = "RateLimit-Policy";

	private static final String LIMIT = "RateLimit";

	/** The largest integer of a structured field. */
	private static final long MAX_INTEGER = 999_999_999_999_999L;

	/** Policies come and go while an application runs. */
	private static final int MAX_TEXTS = 10_000;

	private final Map<Policy, PolicyText> texts = new ConcurrentHashMap<>();

	private final HeaderStyle style;

	private final LegacyFields legacy;

	private final InstantSource clock;

	private final List<String> all;

	/**
	 * Creates fields.
	 * @param style which of them are sent
	 * @param legacy those of the legacy style
	 * @param clock tells the time where a field needs the date
	 */
	public RateLimitFields(HeaderStyle style, LegacyFields legacy, InstantSource clock) {
		this.style = style;
		this.legacy = legacy;
		this.clock = clock;
		this.all = Stream
			.of(drafts() ? List.of(POLICY, LIMIT) : List.<String>of(), legacies() ? legacy.names() : List.<String>of(),
					List.of(HttpHeaders.RETRY_AFTER))
			.flatMap(List::stream)
			.toList();
	}

	/** All fields that a rejected caller may be told. */
	List<String> all() {
		return this.all;
	}

	/**
	 * Tells a caller of a decision.
	 * @param decision the decision
	 * @param response takes the name and the value of each field
	 */
	public void write(Decision decision, BiConsumer<String, String> response) {
		Decision told = decision.enforced();
		if (told.states().isEmpty()) {
			return;
		}
		if (drafts()) {
			writeDraft(told, response);
		}
		if (legacies()) {
			this.legacy.write(told, this.clock.instant(), response);
		}
		Duration retryAfter = told.retryAfter();
		if (!told.allowed() && retryAfter != null) {
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

	private boolean drafts() {
		return this.style == HeaderStyle.DRAFT || this.style == HeaderStyle.BOTH;
	}

	private boolean legacies() {
		return this.style == HeaderStyle.LEGACY || this.style == HeaderStyle.BOTH;
	}

	private void writeDraft(Decision decision, BiConsumer<String, String> response) {
		StringBuilder policies = new StringBuilder();
		StringBuilder limits = new StringBuilder();
		for (LimitState state : decision.states()) {
			Policy policy = state.charge().policy();
			PolicyText text = text(policy);
			int limit = policy.limits().indexOf(state.limit());
			String separator = limits.isEmpty() ? "" : ", ";
			policies.append(separator).append(text.members().get(limit));
			limits.append(separator).append(text.names().get(limit)).append(";r=").append(integer(state.remaining()));
			Duration wait = waitOf(state);
			if (!wait.isZero()) {
				limits.append(";t=").append(integer(seconds(wait)));
			}
		}
		response.accept(POLICY, policies.toString());
		response.accept(LIMIT, limits.toString());
	}

	private PolicyText text(Policy policy) {
		PolicyText known = this.texts.get(policy);
		if (known != null) {
			return known;
		}
		if (this.texts.size() >= MAX_TEXTS) {
			this.texts.clear();
		}
		return this.texts.computeIfAbsent(policy, PolicyText::of);
	}

	private static Duration waitOf(LimitState state) {
		Duration retryAfter = state.retryAfter();
		return (state.exhausted() && retryAfter != null) ? retryAfter : state.replenishAfter();
	}

	static long integer(long number) {
		return Math.min(number, MAX_INTEGER);
	}

	/**
	 * What is the same in all fields about a policy.
	 *
	 * @param names its limits, quoted
	 * @param members the same, with quota and window
	 */
	private record PolicyText(List<String> names, List<String> members) {

		static PolicyText of(Policy policy) {
			return new PolicyText(policy.limits().stream().map((limit) -> quoted(policy, limit)).toList(),
					policy.limits().stream().map((limit) -> member(policy, limit)).toList());
		}

		private static String quoted(Policy policy, Limit limit) {
			return '"' + RateLimitFields.name(policy, limit) + '"';
		}

		private static String member(Policy policy, Limit limit) {
			return quoted(policy, limit) + ";q=" + RateLimitFields.integer(limit.burst()) + ";w="
					+ RateLimitFields.integer(RateLimitFields.seconds(window(policy, limit)));
		}

		/** The time in which a full quota comes back. */
		private static Duration window(Policy policy, Limit limit) {
			if (policy.algorithm() != Algorithm.TOKEN_BUCKET) {
				return limit.window();
			}
			long level = limit.burst() * limit.window().toMillis();
			return Duration.ofMillis((level + limit.permits() - 1) / limit.permits());
		}

	}

}
