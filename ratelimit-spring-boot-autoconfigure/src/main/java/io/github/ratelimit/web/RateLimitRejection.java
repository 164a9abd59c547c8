package io.github.ratelimit.web;

import java.net.URI;

import io.github.ratelimit.Decision;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * A rejected request, and what its caller will be told.
 *
 * @param request the request, as policies see it
 * @param decision the decision that rejected it
 * @param problem the answer, which may be changed: its status is that of the response,
 * and anything else is its body
 * @param headers all header fields about limits, which may be changed, and may be given
 * others
 */
public record RateLimitRejection(RateLimitRequest request, Decision decision, ProblemDetail problem,
		HttpHeaders headers) {

	/**
	 * Sends the caller elsewhere instead, with status 303, which makes a {@code GET} of
	 * any method. A redirect has neither body nor fields about limits.
	 * @param location where to
	 */
	public void redirectTo(URI location) {
		this.problem.setStatus(HttpStatus.SEE_OTHER);
		this.headers.setLocation(location);
	}

}
