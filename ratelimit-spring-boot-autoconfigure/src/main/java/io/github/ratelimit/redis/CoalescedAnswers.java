package io.github.ratelimit.redis;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;

/**
 * The answers to identical calls: how often the call is charged, which the first come
 * are, and the states of its limits after that.
 */
final class CoalescedAnswers {

	/** How many numbers the script tells of a ban. */
	private static final int BAN_WIDTH = 2;

	private final List<Charge> charges;

	private final int times;

	private final long[] reply;

	private final int at;

	/** As if nobody was banned. */
	private final List<LimitState> last;

	private final boolean bans;

	private final int end;

	/**
	 * Reads answers.
	 * @param charges what the call is charged; none if it has nothing but onlookers
	 * @param times how often it is made
	 * @param reply the reply
	 * @param at where the reply tells of it
	 */
	CoalescedAnswers(List<Charge> charges, int times, long[] reply, int at) {
		this.charges = charges;
		this.times = times;
		this.reply = reply;
		this.at = at;
		LimitState[] states = new LimitState[limits()];
		this.end = read(states);
		this.last = (states.length == 1) ? List.of(states[0]) : List.of(states);
		this.bans = this.end > at + 1 + states.length * width();
	}

	/** How often the call is charged. */
	long allowed() {
		return this.reply[this.at];
	}

	/** Where the reply tells of the next call. */
	int end() {
		return this.end;
	}

	/**
	 * How the limits stood after one of the calls.
	 * @param place which one: 1 for the first
	 */
	List<LimitState> states(long place) {
		long later = allowed() - place;
		if (!this.bans && (later < 0 || (later == 0 && allowed() == this.times))) {
			return this.last;
		}
		LimitState[] states = new LimitState[this.last.size()];
		int next = this.at + 1;
		int count = 0;
		for (int i = 0; i < this.charges.size(); i++) {
			int behind = behind(next, this.charges.get(i));
			for (; next < behind; next += width()) {
				LimitState last = this.last.get(count);
				LimitState state = (later < 0) ? last : before(last, later, next);
				states[count++] = bans(i) ? underBan(state, behind, place) : state;
			}
			next += bans(i) ? BAN_WIDTH : 0;
		}
		return (count == 1) ? List.of(states[0]) : List.of(states);
	}

	/**
	 * Whether a ban makes the answer to a rejected call another one than the last: the
	 * first to be told of it is told that it led to it.
	 * @param place which one: 1 for the first
	 */
	boolean differs(long place) {
		int next = this.at + 1;
		for (int i = 0; this.bans && i < this.charges.size(); i++) {
			int behind = behind(next, this.charges.get(i));
			next = behind;
			if (bans(i)) {
				long later = place - this.reply[behind + 1];
				if (later == 1 || later == 2) {
					return true;
				}
				next += BAN_WIDTH;
			}
		}
		return false;
	}

	private boolean bans(int charge) {
		return this.charges.get(charge).policy().bans();
	}

	/** Where the reply has told of all limits of a charge. */
	private int behind(int at, Charge charge) {
		return at + charge.policy().limits().size() * width();
	}

	/** How a limit stands behind which the reply tells of a ban. */
	private LimitState underBan(LimitState state, int at, long place) {
		long later = place - this.reply[at + 1];
		return (later > 0) ? state.withBan(millis(this.reply[at]), later == 1) : state;
	}

	/**
	 * How the limits stand after the last call; returns where the next one is told of.
	 */
	private int read(LimitState[] states) {
		int next = this.at + 1;
		int count = 0;
		for (int i = 0; i < this.charges.size(); i++) {
			Charge charge = this.charges.get(i);
			List<Limit> limits = charge.policy().limits();
			for (int j = 0; j < limits.size(); j++) {
				states[count++] = new LimitState(charge, limits.get(j), this.reply[next],
						(allowed() == this.times) ? Duration.ZERO : retryAfter(this.reply[next + 1]),
						millis(this.reply[next + 2]), millis(this.reply[next + 3]));
				next += width();
			}
			next += bans(i) ? BAN_WIDTH : 0;
		}
		return next;
	}

	/**
	 * How a limit stood before some calls that were charged. A token bucket was full the
	 * sooner, the less was taken; in a window, the last permit comes back when that of
	 * these calls does.
	 */
	private LimitState before(LimitState last, long later, int at) {
		Charge charge = last.charge();
		Limit limit = last.limit();
		Duration resetAfter = last.resetAfter();
		if (later > 0 && charge.policy().algorithm() == Algorithm.TOKEN_BUCKET) {
			long level = this.reply[at + 4];
			long before = level - later * charge.cost() * limit.window().toMillis();
			resetAfter = millis(
					this.reply[at + 3] - ceilDiv(level, limit.permits()) + ceilDiv(before, limit.permits()));
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
