package io.github.ratelimit;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a policy is named that nobody has defined.
 */
public final class UnknownPolicyException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/** The name that was asked for. */
	private final String name;

	/** The name that was meant, if that can be guessed. */
	private final @Nullable String meant;

	/**
	 * Creates an exception.
	 * @param name the name that was asked for
	 */
	public UnknownPolicyException(String name) {
		this(name, List.of());
	}

	/**
	 * Creates an exception.
	 * @param name the name that was asked for
	 * @param names the names of all policies, of which the nearest one may have been
	 * meant
	 */
	public UnknownPolicyException(String name, Collection<String> names) {
		this(name, Nearest.of(name, names));
	}

	private UnknownPolicyException(String name, @Nullable String meant) {
		super("No rate limit policy is named '" + name + "'"
				+ ((meant != null) ? "; did you mean '" + meant + "'?" : ""));
		this.name = name;
		this.meant = meant;
	}

	/**
	 * The name that was asked for.
	 * @return the name as it was given
	 */
	public String name() {
		return this.name;
	}

	/**
	 * What was probably meant by the name.
	 * @return the nearest name of a policy, or null if none is near
	 */
	public @Nullable String meant() {
		return this.meant;
	}

}
