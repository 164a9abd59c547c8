package io.github.ratelimit.web;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStoreException;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;

/**
 * What callers are told that may not pass: header fields, and a problem detail (RFC 9457)
 * of a type of draft-ietf-httpapi-ratelimit-headers-11.
 */
public final class RateLimitProblems {

	private static final Log logger = LogFactory.getLog(RateLimitProblems.class);

	private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

	private static final URI QUOTA_EXCEEDED = URI.create(TYPES + "quota-exceeded");

	private static final URI REDUCED_CAPACITY = URI.create(TYPES + "temporary-reduced-capacity");

	private static final List<MediaType> HTML = List.of(MediaType.TEXT_HTML, MediaType.APPLICATION_XHTML_XML);

	private final RateLimitFields fields;

	private final Supplier<Map<String, PolicyAnswer>> answers;

	private final List<RateLimitRejectionHandler> handlers;

	/**
	 * Creates problems.
	 * @param fields tell a rejected caller of its limits
	 * @param answers what policies say themselves, by name
	 * @param handlers change what a rejected caller is told
	 */
	public RateLimitProblems(RateLimitFields fields, Supplier<Map<String, PolicyAnswer>> answers,
			List<RateLimitRejectionHandler> handlers) {
		this.fields = fields;
		this.answers = answers;
		this.handlers = List.copyOf(handlers);
	}

	/**
	 * Whether a failure is one of rate limits.
	 * @param failure why a request was not answered
	 * @return true if there is a problem for it
	 */
	public static boolean knows(Throwable failure) {
		return failure instanceof RateLimitExceededException || failure instanceof RateLimitStoreException
				|| failure instanceof UnreadableRequestException;
	}

	/**
	 * Makes a problem of a failure that is one of rate limits.
	 * @param failure why the request was not answered
	 * @param request the request
	 * @return the problem, which has the status of the response, and the header fields; a
	 * field without a value is not to be on the response, whoever has set it
	 */
	public ResponseEntity<ProblemDetail> of(Throwable failure, RateLimitRequest request) {
		if (logger.isDebugEnabled()) {
			logger.debug(failure.getMessage(), (failure instanceof RateLimitStoreException) ? failure : null);
		}
		HttpHeaders headers = new HttpHeaders();
		headers.setCacheControl(CacheControl.noStore());
		ProblemDetail problem;
		if (failure instanceof RateLimitExceededException exceeded) {
			problem = rejected(exceeded.decision(), request, headers);
		}
		else if (failure instanceof UnreadableRequestException unreadable) {
			problem = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(unreadable.status()),
					unreadable.getMessage());
		}
		else {
			headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(retryAfter(failure)));
			problem = undecided();
		}
		return new ResponseEntity<>(problem, headers, HttpStatusCode.valueOf(problem.getStatus()));
	}

	private ProblemDetail rejected(Decision decision, RateLimitRequest request, HttpHeaders headers) {
		ProblemDetail problem = exceeded(decision.enforced());
		this.fields.write(decision, headers::set);
		PolicyAnswer answer = answer(decision);
		if (answer != null) {
			answer.applyTo(problem);
		}
		RateLimitRejection rejection = new RateLimitRejection(request, decision, problem, headers);
		this.handlers.forEach((handler) -> handler.handle(rejection));
		boolean redirect = HttpStatusCode.valueOf(problem.getStatus()).is3xxRedirection();
		for (String name : this.fields.all()) {
			if (redirect) {
				headers.remove(name);
			}
			headers.putIfAbsent(name, List.of());
		}
		return problem;
	}

	/** What the first policy that rejects, and has something to say, says itself. */
	private @Nullable PolicyAnswer answer(Decision decision) {
		Map<String, PolicyAnswer> answers = this.answers.get();
		if (!answers.isEmpty()) {
			for (LimitState state : decision.exhausted()) {
				PolicyAnswer answer = answers.get(state.charge().policy().name());
				if (answer != null) {
					return answer;
				}
			}
		}
		return null;
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

	/** What lies ahead of the next attempt to reach the store, in whole seconds. */
	private static long retryAfter(Throwable failure) {
		return (failure instanceof RateLimitStoreException store)
				? Math.max(1, RateLimitFields.seconds(store.retryAfter())) : 1;
	}

	private static String detail(List<LimitState> exhausted, @Nullable Duration retryAfter) {
		StringJoiner limits = new StringJoiner(", ");
		boolean banned = false;
		for (LimitState state : exhausted) {
			limits.add(name(state) + " (" + state.limit() + ")");
			banned = banned || state.banned();
		}
		String what = (exhausted.size() == 1) ? "Limit " + limits + " is used up."
				: "Limits " + limits + " are used up.";
		if (banned) {
			what = "Too many calls were rejected: " + limits + " is closed for a while.";
		}
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
