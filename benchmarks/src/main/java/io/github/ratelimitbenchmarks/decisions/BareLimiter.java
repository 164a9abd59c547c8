package io.github.ratelimitbenchmarks.decisions;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import io.github.ratelimitbenchmarks.BareScript;
import io.github.ratelimitbenchmarks.OwnRedis;

/**
 * One script call per decision, which the others are compared to.
 *
 * @param script what calls it
 */
record BareLimiter(BareScript script) implements Contender {

	static Contender limiter(OwnRedis redis, Traffic traffic) {
		return new BareLimiter(BareScript.limiter(redis.uri(), traffic.permits(), traffic.window()));
	}

	static Contender floor(OwnRedis redis, Traffic traffic) {
		return new BareLimiter(BareScript.floor(redis.uri(), traffic.expected()));
	}

	@Override
	public boolean tryAcquire(String key) throws ExecutionException, InterruptedException {
		return this.script.tryAcquire(key);
	}

	@Override
	public CompletionStage<Boolean> tryAcquireAsync(String key) {
		return this.script.tryAcquireAsync(key);
	}

	@Override
	public void close() {
		this.script.close();
	}

}
