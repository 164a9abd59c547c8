package io.github.ratelimit;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a limit or a policy cannot be what it was said to be: malformed, out of
 * range, or contradicting itself.
 */
public final class InvalidPolicyException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/** Which part of the policy. */
	private final String part;

	/** What was found. */
	private final String value;

	/** What would have been right. */
	private final String expected;

	/** The name that was meant, if that can be guessed. */
	private final @Nullable String meant;

	/**
	 * Creates an exception.
	 * @param part which part of the policy, as it is called in configuration
	 * @param value what was found
	 * @param expected what would have been right: a noun phrase
	 */
	public InvalidPolicyException(String part, String value, String expected) {
		this(part, value, expected, List.of());
	}

	/**
	 * Creates an exception for a name that does not exist.
	 * @param part which part of the policy, as it is called in configuration
	 * @param value what was found
	 * @param expected what would have been right: a noun phrase
	 * @param names names of which the nearest one may have been meant
	 */
	public InvalidPolicyException(String part, String value, String expected, Collection<String> names) {
		super(part + " '" + value + "': expected " + expected);
		this.part = part;
		this.value = value;
		this.expected = expected;
		this.meant = Nearest.of(value, names);
	}

	/**
	 * Which part of the policy is wrong.
	 * @return its name in configuration, such as {@code limits}
	 */
	public String part() {
		return this.part;
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

	/**
	 * What was probably meant by a name that does not exist.
	 * @return the nearest name that does, or null if none is near
	 */
	public @Nullable String meant() {
		return this.meant;
	}

}
