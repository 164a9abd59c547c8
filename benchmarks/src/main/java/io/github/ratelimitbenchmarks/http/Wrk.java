package io.github.ratelimitbenchmarks.http;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Scanner;

/**
 * Calls of many callers by wrk over 64 connections, and what came of them.
 *
 * @param requests how many were answered
 * @param micros how long it took
 * @param rejected how many were answered with an error status
 * @param failures how many were not answered
 * @param p50 micros within which half was answered
 * @param p99 micros within which 99 of 100 were answered
 */
record Wrk(long requests, long micros, long rejected, long failures, long p50, long p99) {

	private static final String SCRIPT = "benchmarks/src/main/wrk/callers.lua";

	static Wrk call(URI uri, int callers, Duration duration) throws IOException {
		Process wrk = new ProcessBuilder("wrk", "-t1", "-c64", "-d" + duration.toSeconds() + "s", "-s", SCRIPT,
				uri.toString(), "--", String.valueOf(callers))
			.redirectErrorStream(true)
			.start();
		String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		int result = output.indexOf("result ");
		if (result < 0) {
			throw new IllegalStateException("wrk failed: " + output);
		}
		try (Scanner figures = new Scanner(output.substring(result + "result ".length()))) {
			return new Wrk(figures.nextLong(), figures.nextLong(), figures.nextLong(), figures.nextLong(),
					figures.nextLong(), figures.nextLong());
		}
	}

	double rate() {
		return this.requests * 1e6 / this.micros;
	}

}
