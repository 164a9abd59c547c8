package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Thrown when a value of a request is asked for that may be there but cannot be read. A
 * policy's key counts such requests as one client, {@code unreadable}; where an
 * expression asks, the request is answered with 400 or 413.
 */
public final class UnreadableRequestException extends ResponseStatusException {

	private static final long serialVersionUID = 1L;

	private UnreadableRequestException(HttpStatus status, String reason, @Nullable Throwable cause) {
		super(status, reason, cause);
	}

	/**
	 * A body or a query that is malformed, or larger than the server reads.
	 * @param cause why, or null if there is no more to say
	 * @return an exception with the status 400
	 */
	public static UnreadableRequestException malformed(@Nullable Throwable cause) {
		return new UnreadableRequestException(HttpStatus.BAD_REQUEST, "The parameters of the request cannot be read.",
				cause);
	}

	/**
	 * A body that is larger than {@code ratelimit.web.max-body-size}, or of unknown
	 * length.
	 * @return an exception with the status 413
	 */
	public static UnreadableRequestException tooLarge() {
		return new UnreadableRequestException(HttpStatus.CONTENT_TOO_LARGE,
				"The body is too large to read its fields, or does not tell its length.", null);
	}

}
