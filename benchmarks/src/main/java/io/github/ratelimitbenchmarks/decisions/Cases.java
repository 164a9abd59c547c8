package io.github.ratelimitbenchmarks.decisions;

import java.util.List;

/**
 * What is measured.
 */
final class Cases {

	private static final Entrant BARE = new Entrant("bare EVALSHA", BareScript::limiter);

	private static final Entrant FLOOR = new Entrant("script that returns", BareScript::floor);

	private static final Entrant OURS = new Entrant("this starter", StarterLimiter.with());

	private Cases() {
	}

	static List<Case> all() {
		return List.of(new Case("one-key", Callers.threads(64), Traffic.allowed(1), BARE, FLOOR, OURS),
				new Case("many-keys", Callers.threads(64), Traffic.allowed(10_000), BARE, FLOOR, OURS),
				new Case("many-keys-virtual", Callers.virtualThreads(256), Traffic.allowed(10_000), BARE, FLOOR, OURS),
				new Case("many-keys-async", Callers.withoutThreads(256), Traffic.allowed(10_000), BARE, FLOOR, OURS),
				new Case("alone", Callers.threads(1), Traffic.allowed(10_000), BARE, FLOOR, OURS),
				new Case("rejected", Callers.threads(8), Traffic.rejected(1000), BARE, OURS));
	}

}
