package io.github.ratelimit;

/**
 * Thrown when a policy is named that nobody has defined.
 */
public final class UnknownPolicyException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/** The name that was asked for. */
	private final String name;

	public UnknownPolicyException(String name) {
		super("No rate limit policy is named '" + name + "'");
		this.name = name;
	}

	/**
	 * The name that was asked for.
	 * @return the name as it was given
	 */
	public String name() {
		return this.name;
	}

}
