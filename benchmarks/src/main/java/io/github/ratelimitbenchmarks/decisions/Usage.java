package io.github.ratelimitbenchmarks.decisions;

import io.github.ratelimitbenchmarks.RedisUse;

/**
 * What this process and its Redis have used.
 *
 * @param cpuNanos time the threads of this process were running
 * @param allocated bytes they have allocated
 * @param redis what the server has done
 */
record Usage(long cpuNanos, long allocated, RedisUse redis) {

	Usage since(Usage earlier) {
		return new Usage(this.cpuNanos - earlier.cpuNanos, this.allocated - earlier.allocated,
				this.redis.since(earlier.redis));
	}

}
