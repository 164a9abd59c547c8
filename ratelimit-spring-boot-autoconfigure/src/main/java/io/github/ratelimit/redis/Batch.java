package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Policy;

/**
 * Calls that go to Redis together, as one call of the script {@code acquire.lua}: equal
 * ones as one that is made several times.
 */
final class Batch {

	/** A script cannot unpack more than 8,000 numbers at once. */
	private static final int MAX_CHARGES = 1000;

	private final int size;

	private final Function<Policy, EncodedPolicy> encoder;

	private final List<PendingCall> callers;

	private final Map<List<Charge>, CoalescedCalls> calls;

	/** Where each key stands among the keys, and its policy among the policies. */
	private final Map<String, int[]> keys;

	private final List<EncodedPolicy> policies = new ArrayList<>(1);

	private int charges;

	/** Fails when all callers have given up. */
	private final CompletableFuture<Void> awaited = new CompletableFuture<>();

	private volatile int gone;

	/**
	 * Creates an empty batch.
	 * @param size how many different calls it takes
	 * @param expected how many calls it may be given
	 * @param encoder how the script is told of policies
	 */
	Batch(int size, int expected, Function<Policy, EncodedPolicy> encoder) {
		this.size = size;
		this.encoder = encoder;
		this.callers = new ArrayList<>(expected);
		int different = 1 + 2 * Math.min(expected, size);
		this.calls = new LinkedHashMap<>(different);
		this.keys = new LinkedHashMap<>(different);
	}

	/**
	 * Adds a call.
	 * @return false if there is no room for it, or a caller would be under two policies
	 * of one name that differ
	 */
	boolean add(PendingCall call) {
		CoalescedCalls equal = this.calls.get(call.charges());
		if (equal != null) {
			equal.add(call);
		}
		else {
			int[] positions = hasRoom() ? positions(call.charges()) : null;
			if (positions == null) {
				return false;
			}
			this.calls.put(call.charges(), new CoalescedCalls(call, positions));
			this.charges += call.charges().size();
		}
		this.callers.add(call);
		return true;
	}

	private boolean hasRoom() {
		return this.calls.size() < this.size && this.charges < MAX_CHARGES;
	}

	private int @Nullable [] positions(List<Charge> charges) {
		int[] positions = new int[2 * charges.size()];
		for (int i = 0; i < charges.size(); i++) {
			EncodedPolicy policy = this.encoder.apply(charges.get(i).policy());
			int policyPosition = position(policy);
			int[] known = this.keys.computeIfAbsent(policy.key(charges.get(i).key()),
					(key) -> new int[] { this.keys.size() + 1, policyPosition });
			if (known[1] != policyPosition) {
				return null;
			}
			System.arraycopy(known, 0, positions, 2 * i, known.length);
		}
		return positions;
	}

	private int position(EncodedPolicy policy) {
		int index = this.policies.indexOf(policy);
		if (index < 0) {
			index = this.policies.size();
			this.policies.add(policy);
		}
		return index + 1;
	}

	byte[][] keys() {
		byte[][] bytes = new byte[this.keys.size()][];
		int next = 0;
		for (String key : this.keys.keySet()) {
			bytes[next++] = key.getBytes(StandardCharsets.UTF_8);
		}
		return bytes;
	}

	byte[][] arguments(byte[] now) {
		PackedNumbers packed = new PackedNumbers(16 * this.calls.size());
		this.calls.values().forEach((equal) -> equal.describe(packed));
		byte[][] arguments = new byte[2 + this.policies.size()][];
		arguments[0] = now;
		arguments[1] = packed.toBytes();
		for (int i = 0; i < this.policies.size(); i++) {
			arguments[2 + i] = this.policies.get(i).argument();
		}
		return arguments;
	}

	/** Fails when there is nobody any more who waits for it. */
	CompletableFuture<Void> awaited() {
		this.callers.forEach((caller) -> caller.sendWith(this));
		return this.awaited;
	}

	/** Looks whether all callers have given up. */
	void giveUp() {
		int next = this.gone;
		while (next < this.callers.size() && this.callers.get(next).isDone()) {
			next++;
		}
		this.gone = next;
		if (next == this.callers.size()) {
			this.awaited.completeExceptionally(new CancellationException());
		}
	}

	List<PendingCall> callers() {
		return this.callers;
	}

	/** Tells every caller what the script has decided. */
	void complete(long[] reply) {
		int at = 1;
		for (CoalescedCalls equal : this.calls.values()) {
			at = equal.complete(reply, at);
		}
	}

}
