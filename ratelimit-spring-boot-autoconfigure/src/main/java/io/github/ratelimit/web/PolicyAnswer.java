package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.http.ProblemDetail;

/**
 * What a policy itself says to callers that it has no room for.
 *
 * @param status the status of the response, 400 to 599, or null for the usual one
 * @param detail the detail of the problem, or null for the usual one
 */
public record PolicyAnswer(@Nullable Integer status, @Nullable String detail) {

	private static final int MAX_DETAIL = 500;

	/**
	 * Creates an answer.
	 * @throws InvalidPolicyException if the status is none of an error, or the detail is
	 * blank or too long
	 */
	public PolicyAnswer {
		if (status != null && (status < 400 || status > 599)) {
			throw new InvalidPolicyException("reject-status", String.valueOf(status), "a status from 400 to 599");
		}
		if (detail != null && (detail.isBlank() || detail.length() > MAX_DETAIL)) {
			throw new InvalidPolicyException("reject-detail", detail,
					"a text of at most " + MAX_DETAIL + " characters, and not only blanks");
		}
	}

	/**
	 * Whether the policy says anything.
	 * @return false if everything is as usual
	 */
	public boolean speaks() {
		return this.status != null || this.detail != null;
	}

	void applyTo(ProblemDetail problem) {
		if (this.status != null) {
			problem.setStatus(this.status);
		}
		if (this.detail != null) {
			problem.setDetail(this.detail);
		}
	}

}
