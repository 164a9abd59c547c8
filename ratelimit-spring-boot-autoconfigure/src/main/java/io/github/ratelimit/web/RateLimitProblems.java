package io.github.ratelimit.web;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * The bodies of responses to callers that may not pass (RFC 9457), with the problem types
 * of draft-ietf-httpapi-ratelimit-headers-11.
 */
public final class RateLimitProblems {

	private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

	private static final URI QUOTA_EXCEEDED = URI.create(TYPES + "quota-exceeded");

	private static final URI REDUCED_CAPACITY = URI.create(TYPES + "temporary-reduced-capacity");

	private RateLimitProblems() {
	}

	/**
	 * A call that was rejected.
	 * @param decision the decision that rejected it
	 * @return a problem with status 429
	 */
	public static ProblemDetail exceeded(Decision decision) {
		List<LimitState> exhausted = decision.exhausted();
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.TOO_MANY_REQUESTS,
				detail(exhausted, decision.retryAfter()));
		problem.setType(QUOTA_EXCEEDED);
		problem.setTitle("Quota Exceeded");
		problem.setProperty("violated-policies", exhausted.stream().map(RateLimitProblems::name).toList());
		return problem;
	}

	/**
	 * A call that nobody could decide about.
	 * @return a problem with status 503
	 */
	public static ProblemDetail undecided() {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
				"Rate limits cannot be checked at the moment.");
		problem.setType(REDUCED_CAPACITY);
		problem.setTitle("Temporary Reduced Capacity");
		return problem;
	}

	private static String detail(List<LimitState> exhausted, @Nullable Duration retryAfter) {
		String limits = exhausted.stream()
			.map((state) -> name(state) + " (" + state.limit() + ")")
			.collect(Collectors.joining(", "));
		String what = (exhausted.size() == 1) ? "Limit " + limits + " is used up."
				: "Limits " + limits + " are used up.";
		if (retryAfter == null) {
			return "The call costs more than " + limits + " can ever allow.";
		}
		long seconds = RateLimitFields.seconds(retryAfter);
		return what + " Retry in " + seconds + ((seconds == 1) ? " second." : " seconds.");
	}

	private static String name(LimitState state) {
		return RateLimitFields.name(state.charge().policy(), state.limit());
	}

}
