package io.github.ratelimit.web;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStoreException;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;

/**
 * What callers are told that may not pass: header fields, and a problem detail (RFC 9457)
 * of a type of draft-ietf-httpapi-ratelimit-headers-11.
 */
public final class RateLimitProblems {

	private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

	private static final URI QUOTA_EXCEEDED = URI.create(TYPES + "quota-exceeded");

	private static final URI REDUCED_CAPACITY = URI.create(TYPES + "temporary-reduced-capacity");

	private static final List<MediaType> HTML = List.of(MediaType.TEXT_HTML, MediaType.APPLICATION_XHTML_XML);

	private final RateLimitFields fields;

	/**
	 * Creates problems.
	 * @param fields tell a rejected caller of its limits
	 */
	public RateLimitProblems(RateLimitFields fields) {
		this.fields = fields;
	}

	/**
	 * Makes a problem of a failure, if it is one of rate limits.
	 * @param failure why a request was not answered
	 * @param response takes the name and the value of each header field
	 * @return a problem with status 429 or 503, or null if the failure is another one
	 */
	public @Nullable ProblemDetail of(Throwable failure, BiConsumer<String, String> response) {
		ProblemDetail problem;
		if (failure instanceof RateLimitExceededException exceeded) {
			this.fields.write(exceeded.decision(), response);
			problem = exceeded(this.fields.told(exceeded.decision()));
		}
		else if (failure instanceof RateLimitStoreException) {
			response.accept(HttpHeaders.RETRY_AFTER, "1");
			problem = undecided();
		}
		else {
			return null;
		}
		response.accept(HttpHeaders.CACHE_CONTROL, CacheControl.noStore().getHeaderValue());
		return problem;
	}

	/**
	 * Whether a caller would rather see a page than a problem, as browsers do.
	 * @param accept the value of the {@code Accept} header, or null without one
	 * @return true if what it prefers is HTML
	 */
	public static boolean asksForHtml(@Nullable String accept) {
		try {
			List<MediaType> accepted = MediaType.parseMediaTypes(accept);
			MimeTypeUtils.sortBySpecificity(accepted);
			return !accepted.isEmpty() && HTML.stream().anyMatch(accepted.get(0)::equalsTypeAndSubtype);
		}
		catch (InvalidMediaTypeException | InvalidMimeTypeException ex) {
			return false;
		}
	}

	static ProblemDetail exceeded(Decision decision) {
		List<LimitState> exhausted = decision.exhausted();
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.TOO_MANY_REQUESTS,
				detail(exhausted, decision.retryAfter()));
		problem.setType(QUOTA_EXCEEDED);
		problem.setTitle("Quota Exceeded");
		problem.setProperty("violated-policies", exhausted.stream().map(RateLimitProblems::name).toList());
		return problem;
	}

	private static ProblemDetail undecided() {
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
