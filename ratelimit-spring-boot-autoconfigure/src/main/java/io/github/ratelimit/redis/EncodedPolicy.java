package io.github.ratelimit.redis;

import java.util.stream.Collectors;

import io.github.ratelimit.Ban;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

/**
 * What scripts are told of a policy, and where they keep what was spent under it: the
 * same for every call.
 *
 * @param argument the policy, packed: algorithm, negative if it bans, then permits,
 * window in milliseconds and burst of each limit, and the ban if there is one
 * @param keyPrefix the beginning of Redis keys, before the caller
 * @param keySuffix the end of Redis keys, after the caller: policy, algorithm and
 * windows. What is spent under another algorithm or other windows is kept elsewhere.
 */
record EncodedPolicy(byte[] argument, String keyPrefix, String keySuffix) {

	static EncodedPolicy of(String keyPrefix, Policy policy) {
		Ban ban = policy.ban();
		long algorithm = switch (policy.algorithm()) {
			case SLIDING_WINDOW -> 1;
			case TOKEN_BUCKET -> 2;
			case FIXED_WINDOW -> 3;
		};
		PackedNumbers argument = new PackedNumbers(64).add((ban != null) ? -algorithm : algorithm);
		for (Limit limit : policy.limits()) {
			argument.add(limit.permits()).add(limit.window().toMillis()).add(limit.burst());
		}
		if (ban != null) {
			argument.add(ban.rejections()).add(ban.within().toMillis()).add(ban.length().toMillis());
		}
		String name = switch (policy.algorithm()) {
			case SLIDING_WINDOW -> "sw";
			case TOKEN_BUCKET -> "tb";
			case FIXED_WINDOW -> "fw";
		};
		String windows = policy.limits().stream().map(Limit::windowText).collect(Collectors.joining("-"));
		return new EncodedPolicy(argument.toBytes(), keyPrefix + "{",
				"}:" + policy.name() + ":" + name + "-" + windows);
	}

	/** Where it is kept what a caller has spent. */
	String key(String caller) {
		return this.keyPrefix.concat(caller).concat(this.keySuffix);
	}

}
