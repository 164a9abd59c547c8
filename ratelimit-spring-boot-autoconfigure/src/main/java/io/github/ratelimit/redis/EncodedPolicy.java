package io.github.ratelimit.redis;

import java.nio.ByteBuffer;
import java.util.stream.Collectors;

import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

/**
 * What the script is told of a policy, and where it keeps what was spent under it: the
 * same for every call.
 *
 * @param argument the policy as MessagePack numbers: algorithm, then permits, window in
 * milliseconds and burst of each limit
 * @param keySuffix the end of the Redis key, after the caller: policy, algorithm and
 * windows. What is spent under another algorithm or other windows is kept elsewhere.
 */
record EncodedPolicy(byte[] argument, String keySuffix) {

	private static final byte UINT_64 = (byte) 0xcf;

	private static final int NUMBER = 1 + Long.BYTES;

	static EncodedPolicy of(Policy policy) {
		ByteBuffer argument = ByteBuffer.allocate(1 + policy.limits().size() * 3 * NUMBER);
		argument.put(switch (policy.algorithm()) {
			case SLIDING_WINDOW -> (byte) 1;
			case TOKEN_BUCKET -> (byte) 2;
			case FIXED_WINDOW -> (byte) 3;
		});
		for (Limit limit : policy.limits()) {
			argument.put(UINT_64).putLong(limit.permits());
			argument.put(UINT_64).putLong(limit.window().toMillis());
			argument.put(UINT_64).putLong(limit.burst());
		}
		String algorithm = switch (policy.algorithm()) {
			case SLIDING_WINDOW -> "sw";
			case TOKEN_BUCKET -> "tb";
			case FIXED_WINDOW -> "fw";
		};
		String windows = policy.limits().stream().map(Limit::windowText).collect(Collectors.joining("-"));
		return new EncodedPolicy(argument.array(), "}:" + policy.name() + ":" + algorithm + "-" + windows);
	}

}
