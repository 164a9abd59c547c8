package io.github.ratelimit.web;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a value of a request is asked for that may be there but cannot be read. A
 * policy's key counts such requests as one client, {@code unreadable}; where an
 * expression asks, the request is answered with 400 or 413.
 */
public final class UnreadableRequestException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private UnreadableRequestException(int status, String detail, @Nullable Throwable cause) {
		super(detail, cause);
		this.status = status;
	}

	/**
	 * A body or a query that is malformed, or larger than the server reads.
	 * @param cause why, or null if there is no more to say
	 * @return an exception with the status 400
	 */
	public static UnreadableRequestException malformed(@Nullable Throwable cause) {
		return new UnreadableRequestException(400, "The parameters of the request cannot be read.", cause);
	}

	/**
	 * A body that is larger than {@code ratelimit.web.max-body-size}, or of unknown
	 * length.
	 * @return an exception with the status 413
	 */
	public static UnreadableRequestException tooLarge() {
		return new UnreadableRequestException(413,
				"The body is too large to read its fields, or does not tell its length.", null);
	}

	/**
	 * The status of the response.
	 * @return 400 or 413
	 */
	public int status() {
		return this.status;
	}

}
