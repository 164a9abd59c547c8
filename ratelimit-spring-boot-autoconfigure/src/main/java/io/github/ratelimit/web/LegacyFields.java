package io.github.ratelimit.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

import io.github.ratelimit.Decision;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.LimitState;

import org.springframework.http.HttpHeaders;

/**
 * The fields that tell of the tightest limit only, and have no standard names.
 *
 * @param limit the name of the field with the permits of the limit
 * @param remaining the name of the field with the permits that remain
 * @param reset the name of the field that says when all permits are back
 * @param resetFormat how that is said
 */
public record LegacyFields(String limit, String remaining, String reset, ResetFormat resetFormat) {

	private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private static final List<String> OTHERS = List.of("RateLimit", "RateLimit-Policy", HttpHeaders.RETRY_AFTER);

	private static final Comparator<LimitState> TIGHTEST_FIRST = Comparator.comparing(LimitState::exhausted)
		.reversed()
		.thenComparing(LimitState::remaining)
		.thenComparing(Comparator.comparing(LimitState::resetAfter).reversed());

	/**
	 * Creates fields.
	 * @throws InvalidPolicyException if a name is not one of a header field, or that of
	 * another field
	 */
	public LegacyFields {
		Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
		names.addAll(OTHERS);
		check("limit", limit, names);
		check("remaining", remaining, names);
		check("reset", reset, names);
	}

	List<String> names() {
		return List.of(this.limit, this.remaining, this.reset);
	}

	void write(Decision decision, Instant now, BiConsumer<String, String> response) {
		LimitState tightest = decision.states().stream().min(TIGHTEST_FIRST).orElseThrow();
		response.accept(this.limit, String.valueOf(tightest.limit().burst()));
		response.accept(this.remaining, String.valueOf(tightest.remaining()));
		response.accept(this.reset, String.valueOf(this.resetFormat.format(tightest.resetAfter(), now)));
	}

	private static void check(String part, String name, Set<String> others) {
		if (!NAME.matcher(name).matches()) {
			throw new InvalidPolicyException(part, name, "the name of a header field, such as X-Rate-Limit-Limit");
		}
		if (!others.add(name)) {
			throw new InvalidPolicyException(part, name, "a name that no other field about limits has");
		}
	}

	/**
	 * How it is said when all permits are back.
	 */
	public enum ResetFormat {

		/** Seconds from now. */
		SECONDS {

			@Override
			long format(Duration resetAfter, Instant now) {
				return RateLimitFields.seconds(resetAfter);
			}

		},

		/** Seconds since 1970, as in Unix time. */
		EPOCH_SECONDS {

			@Override
			long format(Duration resetAfter, Instant now) {
				return RateLimitFields.seconds(Duration.between(Instant.EPOCH, now).plus(resetAfter));
			}

		};

		/** Whole seconds, rounded up. */
		abstract long format(Duration resetAfter, Instant now);

	}

}
