package io.github.ratelimit;

/**
 * Thrown when a limit or a policy cannot be what it was said to be: malformed, out of
 * range, or contradicting itself.
 */
public final class InvalidPolicyException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/** What was found. */
	private final String value;

	/** What would have been right. */
	private final String expected;

	public InvalidPolicyException(String value, String expected) {
		super("'" + value + "' is not valid: expected " + expected);
		this.value = value;
		this.expected = expected;
	}

	/**
	 * What was found.
	 * @return the value as it was written
	 */
	public String value() {
		return this.value;
	}

	/**
	 * What would have been right.
	 * @return a noun phrase that completes "expected ..."
	 */
	public String expected() {
		return this.expected;
	}

}
