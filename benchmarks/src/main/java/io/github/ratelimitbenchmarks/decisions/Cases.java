package io.github.ratelimitbenchmarks.decisions;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimit.Charge;
import io.github.ratelimit.RateLimiter;

/**
 * What is measured.
 */
final class Cases {

	private static final int MANY = 10_000;

	private static final Entrant BARE = new Entrant("bare EVALSHA", BareLimiter::limiter);

	private static final Entrant FLOOR = new Entrant("script that returns", BareLimiter::floor);

	private static final Entrant OURS = new Entrant("this starter", StarterLimiter.with());

	private static final Entrant BUCKET4J = new Entrant("bucket4j-lettuce", Bucket4jLimiter::defaults);

	private static final Entrant BATCHING = new Entrant("bucket4j-lettuce, batching, back-off",
			Bucket4jLimiter::batching);

	private static final Entrant REDISSON = new Entrant("Redisson", RedissonLimiter::start);

	private static final Entrant GATEWAY = new Entrant("Spring Cloud Gateway", GatewayLimiter::start);

	private static final Entrant[] PEERS = { BARE, FLOOR, OURS, BUCKET4J, BATCHING, REDISSON, GATEWAY };

	private static final String OTHER = "ratelimit.policies.other.limits=$limit";

	private static final Entrant[] LIMITS = { BARE, OURS,
			new Entrant("this starter, three limits", StarterLimiter.with("ratelimit.policies.api.limits=$limits")),
			new Entrant("this starter, two policies", StarterLimiter.with(Cases::twoPolicies, OTHER)),
			new Entrant("this starter, two policies, two keys", StarterLimiter.with(Cases::twoKeys, OTHER)) };

	private static final Entrant[] ALGORITHMS = { BARE, algorithm("sliding-window"), algorithm("token-bucket"),
			algorithm("fixed-window") };

	private static final Entrant[] LOCAL = { new Entrant("bucket4j-core in Caffeine", LocalLimiters::bucket4j),
			new Entrant("this starter, in memory", StarterLimiter.with("ratelimit.store.type=memory")),
			new Entrant("Resilience4j, no keys", LocalLimiters::resilience4j),
			new Entrant("Guava, no keys", LocalLimiters::guava) };

	/** Whose memory in Redis is measured. */
	static final List<Entrant> IN_REDIS = Stream.concat(Stream.of(ALGORITHMS), Stream.of(BUCKET4J, REDISSON, GATEWAY))
		.toList();

	private Cases() {
	}

	private static List<Charge> twoPolicies(RateLimiter limiter, String key) {
		return List.of(new Charge(limiter.policy("api"), key), new Charge(limiter.policy("other"), key));
	}

	/** As if the other policy counted tenants, who are 256. */
	private static List<Charge> twoKeys(RateLimiter limiter, String key) {
		return List.of(new Charge(limiter.policy("api"), key),
				new Charge(limiter.policy("other"), key.substring(key.lastIndexOf('.'))));
	}

	private static Entrant algorithm(String name) {
		return new Entrant("this starter, " + name, StarterLimiter.with("ratelimit.policies.api.algorithm=" + name));
	}

	static List<Case> all() {
		return Stream.of(redis(), variants(), rejected(), memory()).flatMap(List::stream).toList();
	}

	private static List<Case> redis() {
		return List.of(new Case("one-key", Callers.threads(64), Traffic.allowed(1), PEERS),
				new Case("one-key-256", Callers.threads(256), Traffic.allowed(1), PEERS),
				new Case("one-key-virtual", Callers.virtualThreads(256), Traffic.allowed(1), PEERS),
				new Case("one-key-async", Callers.withoutThreads(256), Traffic.allowed(1), BARE, OURS, BATCHING,
						GATEWAY),
				new Case("ten-keys", Callers.threads(64), Traffic.allowed(10), PEERS),
				new Case("many-keys-1", Callers.threads(1), Traffic.allowed(MANY), PEERS),
				new Case("many-keys-8", Callers.threads(8), Traffic.allowed(MANY), BARE, OURS, BUCKET4J, REDISSON,
						GATEWAY),
				new Case("many-keys", Callers.threads(64), Traffic.allowed(MANY), PEERS),
				new Case("many-keys-256", Callers.threads(256), Traffic.allowed(MANY), BARE, FLOOR, OURS),
				new Case("many-keys-virtual", Callers.virtualThreads(256), Traffic.allowed(MANY), PEERS),
				new Case("many-keys-async", Callers.withoutThreads(256), Traffic.allowed(MANY), PEERS));
	}

	private static List<Case> variants() {
		return List.of(new Case("limits", Callers.threads(64), Traffic.allowed(MANY), LIMITS),
				new Case("limits-1", Callers.threads(1), Traffic.allowed(MANY), LIMITS),
				new Case("algorithms", Callers.threads(64), Traffic.allowed(MANY), ALGORITHMS),
				new Case("algorithms-one-key", Callers.threads(64), Traffic.allowed(1), ALGORITHMS),
				new Case("full-window", Callers.threads(64), Traffic.allowed(100).within(Duration.ofSeconds(2)),
						ALGORITHMS),
				new Case("lease", Callers.threads(8), Traffic.allowed(1), BARE, OURS, new Entrant(
						"this starter, lease 100", StarterLimiter.with("ratelimit.policies.api.lease=100"))));
	}

	private static List<Case> rejected() {
		return List.of(new Case("rejected-1", Callers.threads(1), Traffic.rejected(1000), PEERS).with(Column.COARSE),
				new Case("rejected", Callers.threads(64), Traffic.rejected(1000), PEERS),
				new Case("rejected-virtual", Callers.virtualThreads(256), Traffic.rejected(1000), BARE, OURS));
	}

	private static List<Case> memory() {
		return List.of(new Case("memory-1", Callers.threads(1), Traffic.allowed(MANY), LOCAL).with(Column.LOCAL),
				new Case("memory-2", Callers.threads(2), Traffic.allowed(MANY), LOCAL).with(Column.LOCAL),
				new Case("memory-one-key", Callers.threads(2), Traffic.allowed(1), LOCAL).with(Column.LOCAL),
				new Case("memory-rejected", Callers.threads(1), Traffic.rejected(1000), LOCAL).with(Column.LOCAL));
	}

}
