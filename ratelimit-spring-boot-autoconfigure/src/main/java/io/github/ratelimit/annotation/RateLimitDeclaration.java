package io.github.ratelimit.annotation;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.InvalidPolicyException;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.StringUtils;

/**
 * What one {@link RateLimit} says, and where.
 *
 * @param where the method or class that carries the annotation
 * @param handler whether it holds for requests, rather than for calls of a bean
 * @param policy the name of the policy
 * @param inPlace whether the policy is declared here, rather than only named
 * @param named whether the annotation says the name of a policy declared here
 * @param limits its limits, as they are written
 * @param algorithm how its spent permits come back
 * @param enforce whether it rejects calls, rather than only look on
 * @param key the parts of the key; empty unless said
 * @param cost a number or an expression; empty unless said
 * @param unless which calls are not counted; empty unless said
 * @param countWhen which responses are counted; empty unless said
 */
public record RateLimitDeclaration(AnnotatedElement where, boolean handler, String policy, boolean inPlace,
		boolean named, List<String> limits, Algorithm algorithm, boolean enforce, List<String> key, String cost,
		String unless, String countWhen) {

	private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_$]+");

	static RateLimitDeclaration of(MergedAnnotation<RateLimit> annotation, boolean handler) {
		AnnotatedElement where = (AnnotatedElement) Objects.requireNonNull(annotation.getSource());
		RateLimit limit = annotation.synthesize();
		boolean inPlace = limit.policy().isEmpty();
		RateLimitDeclaration declaration = new RateLimitDeclaration(where, handler,
				inPlace ? (limit.name().isEmpty() ? name(where) : limit.name()) : limit.policy(), inPlace,
				!limit.name().isEmpty(), List.of(limit.limits()), limit.algorithm(), limit.enforce(),
				List.of(limit.key()), limit.cost(), limit.unless(), limit.countWhen());
		if (!inPlace && (declaration.named || !declaration.limits.isEmpty()
				|| limit.algorithm() != Algorithm.SLIDING_WINDOW || !limit.enforce())) {
			throw declaration.invalid(new InvalidPolicyException("policy", limit.policy(),
					"either the name of a policy, or name, limits, algorithm and enforce of one that is declared in place"));
		}
		if (!handler && !limit.countWhen().isEmpty()) {
			throw declaration.invalid(new InvalidPolicyException("countWhen", limit.countWhen(),
					"nothing, because calls of a bean that handles no requests have no response"));
		}
		return declaration;
	}

	/**
	 * Where the annotation is, as messages say it.
	 * @return the class, or the class and the method
	 */
	public String place() {
		return InvalidRateLimitAnnotationException.describe(this.where);
	}

	/**
	 * Says that this declaration is wrong.
	 * @param cause what is wrong
	 * @return an exception that says where, too
	 */
	public InvalidRateLimitAnnotationException invalid(InvalidPolicyException cause) {
		return new InvalidRateLimitAnnotationException(this.where, cause);
	}

	/**
	 * Whether another annotation declares the very same policy, so that both can share
	 * it.
	 * @param other what the other says
	 * @return false if a name is not said, or anything differs but the place
	 */
	public boolean shares(RateLimitDeclaration other) {
		return this.named && other.named
				&& new RateLimitDeclaration(this.where, other.handler, other.policy, other.inPlace, other.named,
						other.limits, other.algorithm, other.enforce, other.key, other.cost, other.unless,
						other.countWhen)
					.equals(this);
	}

	private static String name(AnnotatedElement where) {
		return (where instanceof Method method)
				? kebab(method.getDeclaringClass().getSimpleName()) + "-" + kebab(method.getName())
				: kebab(((Class<?>) where).getSimpleName());
	}

	private static String kebab(String name) {
		return StringUtils.trimTrailingCharacter(
				StringUtils.trimLeadingCharacter(HUMP.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT), '-'),
				'-');
	}

}
