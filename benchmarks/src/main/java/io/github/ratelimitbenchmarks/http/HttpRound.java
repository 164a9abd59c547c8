package io.github.ratelimitbenchmarks.http;

import java.io.IOException;
import java.time.Duration;

import io.github.ratelimitbenchmarks.OwnRedis;
import io.github.ratelimitbenchmarks.RedisUse;

/**
 * What one application did in one round.
 *
 * @param wrk what its callers saw
 * @param cpu time its threads were running
 * @param redis what the server has done meanwhile
 */
record HttpRound(Wrk wrk, Duration cpu, RedisUse redis) {

	static HttpRound of(Application application, OwnRedis redis, int callers, Duration duration) throws IOException {
		RedisUse redisBefore = redis.use();
		Duration cpuBefore = application.cpu();
		Wrk wrk = Wrk.call(application.uri(), callers, duration);
		return new HttpRound(wrk, application.cpu().minus(cpuBefore), redis.use().since(redisBefore));
	}

	double rate() {
		return this.wrk.rate();
	}

	double p50() {
		return this.wrk.p50();
	}

	double p99() {
		return this.wrk.p99();
	}

	double cpuMicros() {
		return this.cpu.toNanos() / 1e3 / this.wrk.requests();
	}

	double redisMicros() {
		return this.redis.cpuMicros() / this.wrk.requests();
	}

	double scripts() {
		return (double) this.redis.scripts() / this.wrk.requests();
	}

	/** Answers that another kind of callers would have got, and calls without one. */
	long unexpected(Variant variant) {
		return this.wrk.failures()
				+ (variant.rejecting() ? this.wrk.requests() - this.wrk.rejected() : this.wrk.rejected());
	}

}
