package io.github.ratelimit.redis;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;

/**
 * Identical calls, coalesced into one that the script decides several times. The script
 * returns how often the call is allowed: the first come are. Charges of policies in
 * shadow mode are calls of their own to the script, made as often as these are allowed.
 */
final class CoalescedCalls {

	private static final int AS_OFTEN_AS_ALLOWED = 0;

	private final List<Charge> charges;

	/** Those that decide: all, or a part of them. */
	private final List<Charge> deciding;

	private final int[] positions;

	private final PendingCall first;

	private PendingCall last;

	private int times = 1;

	/**
	 * Begins with one call.
	 * @param call the call
	 * @param positions where the script finds key and policy of each of its charges
	 */
	CoalescedCalls(PendingCall call, int[] positions) {
		this.charges = call.charges();
		this.deciding = deciding(this.charges);
		this.positions = positions;
		this.first = call;
		this.last = call;
		call.next = null;
	}

	private static List<Charge> deciding(List<Charge> charges) {
		for (int i = 0; i < charges.size(); i++) {
			if (!charges.get(i).policy().enforced()) {
				return charges.stream().filter((charge) -> charge.policy().enforced()).toList();
			}
		}
		return charges;
	}

	void add(PendingCall call) {
		call.next = null;
		this.last.next = call;
		this.last = call;
		this.times++;
	}

	void describe(PackedNumbers calls) {
		calls.add(this.times).add(this.deciding.size());
		describe(true, calls);
		if (this.deciding.size() < this.charges.size()) {
			describe(false, calls);
		}
	}

	private void describe(boolean deciding, PackedNumbers calls) {
		for (int i = 0; i < this.charges.size(); i++) {
			Charge charge = this.charges.get(i);
			if (charge.policy().enforced() == deciding) {
				if (!deciding) {
					calls.add(AS_OFTEN_AS_ALLOWED).add(1);
				}
				calls.add(this.positions[2 * i]).add(this.positions[2 * i + 1]).add(charge.cost());
			}
		}
	}

	/**
	 * Tells every caller what the script has decided.
	 * @param reply the reply
	 * @param at where it tells of these calls
	 * @return where it tells of the next ones
	 */
	int complete(long[] reply, int at) {
		CoalescedAnswers decided = new CoalescedAnswers(this.deciding, this.times, reply, at);
		List<CoalescedAnswers> others = onlookers(reply, decided.end());
		Decision rejected = null;
		long place = 0;
		for (PendingCall call = this.first; call != null; call = call.next) {
			place++;
			if (place <= decided.allowed()) {
				call.complete(new Decision(true, reply[0], states(decided, others, place)));
			}
			else {
				if (rejected == null || decided.differs(place)) {
					rejected = new Decision(false, reply[0], states(decided, others, place));
				}
				call.complete(rejected);
			}
		}
		return others.isEmpty() ? decided.end() : others.get(others.size() - 1).end();
	}

	private List<CoalescedAnswers> onlookers(long[] reply, int at) {
		if (this.deciding.size() == this.charges.size()) {
			return List.of();
		}
		List<CoalescedAnswers> onlookers = new ArrayList<>();
		int next = at;
		for (Charge charge : this.charges) {
			if (!charge.policy().enforced()) {
				CoalescedAnswers answers = new CoalescedAnswers(List.of(charge), this.times, reply, next);
				onlookers.add(answers);
				next = answers.end();
			}
		}
		return onlookers;
	}

	/** All states, in the order of the charges. */
	private List<LimitState> states(CoalescedAnswers decided, List<CoalescedAnswers> others, long place) {
		List<LimitState> deciding = decided.states(place);
		if (others.isEmpty()) {
			return deciding;
		}
		List<LimitState> states = new ArrayList<>();
		int next = 0;
		int other = 0;
		for (Charge charge : this.charges) {
			if (charge.policy().enforced()) {
				int behind = next + charge.policy().limits().size();
				states.addAll(deciding.subList(next, behind));
				next = behind;
			}
			else {
				states.addAll(others.get(other++).states(place));
			}
		}
		return states;
	}

}
