package io.github.ratelimit.autoconfigure;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

/**
 * Limits that can never reject a call, because another one of the same policy always has
 * no room by then. Both are charged with every call that is allowed, so what one of them
 * lets through in as long a time as the other one counts is all that the other one ever
 * holds. Where that is not certain, nothing is said.
 */
final class UnreachableLimits {

	private static final int CELLS = 64;

	private UnreachableLimits() {
	}

	/** Limits without effect, each with the one that takes it away. */
	static Map<Limit, Limit> of(Policy policy) {
		Map<Limit, Limit> unreachable = new LinkedHashMap<>();
		List<Limit> limits = policy.limits();
		for (Limit limit : limits) {
			limits.stream()
				.filter((other) -> other != limit && !unreachable.containsKey(other)
						&& covers(policy.algorithm(), other, limit))
				.findFirst()
				.ifPresent((other) -> unreachable.put(limit, other));
		}
		return unreachable;
	}

	private static boolean covers(Algorithm algorithm, Limit other, Limit limit) {
		long window = limit.window().toMillis();
		long otherWindow = other.window().toMillis();
		return switch (algorithm) {
			// A permit is counted until its cell has left the window.
			case SLIDING_WINDOW -> most(other, ceil(window + ceil(window, CELLS) + 1, otherWindow), limit);
			// A window may begin and end in the midst of two others.
			case FIXED_WINDOW -> most(other, ceil(window, otherWindow) + 1, limit);
			// A bucket that is no larger and fills no faster is empty first.
			case TOKEN_BUCKET -> other.burst() <= limit.burst()
					&& times(other.permits(), window).compareTo(times(limit.permits(), otherWindow)) <= 0;
		};
	}

	/** Whether so many windows of one limit hold no more than another limit does. */
	private static boolean most(Limit other, long windows, Limit limit) {
		return times(other.permits(), windows).compareTo(BigInteger.valueOf(limit.permits())) <= 0;
	}

	private static long ceil(long dividend, long divisor) {
		return (dividend + divisor - 1) / divisor;
	}

	private static BigInteger times(long a, long b) {
		return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
	}

}
