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
		List<LimitState> last = states(reply, at + 1, allowed == this.times);
		Decision rejected = (allowed < this.times) ? new Decision(false, reply[0], last) : null;
		long place = 0;
		for (PendingCall call = this.first; call != null; call = call.next) {
			place++;
			call.complete((rejected != null && place > allowed) ? rejected
					: new Decision(true, reply[0], before(last, allowed - place, reply, at + 1)));
		}
		return at + 1 + last.size() * width();
	}

	/** How the limits stand after the last call. */
	private List<LimitState> states(long[] reply, int at, boolean allowed) {
		LimitState[] states = new LimitState[limits()];
		int next = at;
		int count = 0;
		for (int i = 0; i < this.charges.size(); i++) {
			Charge charge = this.charges.get(i);
			List<Limit> limits = charge.policy().limits();
			for (int j = 0; j < limits.size(); j++) {
				states[count++] = new LimitState(charge, limits.get(j), reply[next],
						allowed ? Duration.ZERO : retryAfter(reply[next + 1]), millis(reply[next + 2]),
						millis(reply[next + 3]));
				next += width();
			}
		}
		return (count == 1) ? List.of(states[0]) : List.of(states);
	}

	/**
	 * How the limits stood before some calls that were allowed.
	 * @param last how they stand after them
	 * @param later how many calls they were
	 * @param reply the reply
	 * @param at where it tells of the limits
	 */
	private List<LimitState> before(List<LimitState> last, long later, long[] reply, int at) {
		if (later == 0 && reply[at - 1] == this.times) {
			return last;
		}
		if (last.size() == 1) {
			return List.of(before(last.get(0), later, reply, at));
		}
		LimitState[] states = new LimitState[last.size()];
		for (int i = 0; i < states.length; i++) {
			states[i] = before(last.get(i), later, reply, at + i * width());
		}
		return List.of(states);
	}

	/**
	 * A token bucket was full the sooner, the less was taken; in a window, the last
	 * permit comes back when that of these calls does.
	 */
	private static LimitState before(LimitState last, long later, long[] reply, int at) {
		Charge charge = last.charge();
		Limit limit = last.limit();
		Duration resetAfter = last.resetAfter();
		if (later > 0 && charge.policy().algorithm() == Algorithm.TOKEN_BUCKET) {
			long level = reply[at + 4];
			long before = level - later * charge.cost() * limit.window().toMillis();
			resetAfter = millis(reply[at + 3] - ceilDiv(level, limit.permits()) + ceilDiv(before, limit.permits()));
		}
		return new LimitState(charge, limit, last.remaining() + later * charge.cost(), Duration.ZERO,
				last.replenishAfter(), resetAfter);
	}

	private int limits() {
		int limits = 0;
		for (int i = 0; i < this.charges.size(); i++) {
			limits += this.charges.get(i).policy().limits().size();
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
