package io.github.ratelimit.redis;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;

/**
 * Calls with the same charges, which the script takes as one that is made several times.
 * It says how often it is allowed: the first come are.
 */
final class EqualCalls {

	private final List<Charge> charges;

	private final int[] positions;

	private final PendingCall first;

	private PendingCall last;

	private int times = 1;

	/**
	 * Begins with one call.
	 * @param call the call
	 * @param positions where the script finds key and policy of each of its charges
	 */
	EqualCalls(PendingCall call, int[] positions) {
		this.charges = call.charges();
		this.positions = positions;
		this.first = call;
		this.last = call;
		call.next = null;
	}

	void add(PendingCall call) {
		call.next = null;
		this.last.next = call;
		this.last = call;
		this.times++;
	}

	void describe(PackedNumbers calls) {
		calls.add(this.times).add(this.charges.size());
		for (int i = 0; i < this.charges.size(); i++) {
			calls.add(this.positions[2 * i]).add(this.positions[2 * i + 1]).add(this.charges.get(i).cost());
		}
	}

	/**
	 * Tells every caller what the script has decided.
	 * @param reply the reply
	 * @param at where it tells of these calls
	 * @return where it tells of the next ones
	 */
	int complete(long[] reply, int at) {
		long allowed = reply[at];
		Decision rejected = null;
		long place = 0;
		for (PendingCall call = this.first; call != null; call = call.next) {
			place++;
			if (place <= allowed) {
				call.complete(decision(true, reply, at + 1, allowed - place));
			}
			else {
				rejected = (rejected != null) ? rejected : decision(false, reply, at + 1, 0);
				call.complete(rejected);
			}
		}
		return at + 1 + limits() * width();
	}

	/**
	 * Makes the decision of one call.
	 * @param allowed whether it was allowed
	 * @param reply the reply
	 * @param at where it tells how the limits stand after the last allowed call
	 * @param later how many calls were allowed after this one
	 */
	private Decision decision(boolean allowed, long[] reply, int at, long later) {
		LimitState[] states = new LimitState[limits()];
		int next = at;
		int count = 0;
		for (Charge charge : this.charges) {
			for (Limit limit : charge.policy().limits()) {
				states[count++] = new LimitState(charge, limit, reply[next] + later * charge.cost(),
						allowed ? Duration.ZERO : retryAfter(reply[next + 1]), millis(reply[next + 2]),
						millis(resetAfter(charge, limit, reply, next, later)));
				next += width();
			}
		}
		return new Decision(allowed, reply[0], (count == 1) ? List.of(states[0]) : List.of(states));
	}

	/**
	 * A token bucket is full the sooner, the less was taken after this call; in a window,
	 * the last permit comes back when that of this call does.
	 */
	private static long resetAfter(Charge charge, Limit limit, long[] reply, int at, long later) {
		long resetAfter = reply[at + 3];
		if (later == 0 || charge.policy().algorithm() != Algorithm.TOKEN_BUCKET) {
			return resetAfter;
		}
		long level = reply[at + 4];
		long before = level - later * charge.cost() * limit.window().toMillis();
		return resetAfter - ceilDiv(level, limit.permits()) + ceilDiv(before, limit.permits());
	}

	private int limits() {
		int limits = 0;
		for (Charge charge : this.charges) {
			limits += charge.policy().limits().size();
		}
		return limits;
	}

	/** How many numbers the script tells of a limit. */
	private int width() {
		return (this.times > 1) ? 5 : 4;
	}

	private static @Nullable Duration retryAfter(long millis) {
		return (millis < 0) ? null : millis(millis);
	}

	private static Duration millis(long millis) {
		return (millis == 0) ? Duration.ZERO : Duration.ofMillis(millis);
	}

	private static long ceilDiv(long dividend, long divisor) {
		return -Math.floorDiv(-dividend, divisor);
	}

}
