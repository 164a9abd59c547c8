package io.github.ratelimit.web;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.memory.MemoryRateLimitStore;
import io.github.ratelimit.web.LegacyFields.ResetFormat;

import org.springframework.web.util.pattern.PathPatternParser;

/**
 * What auto-configuration would wire, for tests of parts of it without a server.
 */
public final class WebParts {

	/** Counts callers by their address as the connection tells it. */
	public static final Callers CALLERS = new Callers(ClientAddress.ofPeer(), new RequestPrincipals() {
	}, 1_000, (port) -> false);

	public static final RateLimitFields FIELDS = new RateLimitFields(HeaderStyle.DRAFT,
			new LegacyFields("A", "B", "C", ResetFormat.SECONDS), InstantSource.system());

	private WebParts() {
	}

	/** Decides by a clock that stands still. */
	public static RateLimiter limiter() {
		return new RateLimiter(new MemoryRateLimitStore(100, () -> 0), (name) -> null, List.of());
	}

	/** What applies to every path. */
	public static RequestPolicies policies(Stage stage, RequestPolicy... policies) {
		return new RequestPolicies(stage, List.of(), List.of()).with(List.of(policies));
	}

	/** One of them, by address, behind security. */
	public static RequestPolicies policies(String name, String limit) {
		return policies(Stage.AFTER_SECURITY, policy(name, limit, "ip", null));
	}

	/** A policy with one limit. */
	public static RequestPolicy policy(String name, String limit, String key,
			@Nullable Predicate<RateLimitResponse> countWhen) {
		return new RequestPolicy(new Policy(name, Algorithm.FIXED_WINDOW, Limit.parse(limit)), null,
				List.of(PathPatternParser.defaultInstance.parse("/**")), List.of(), Set.of(),
				RequestKey.parse(List.of(key), Map.of(), 64), (request) -> 1, (request) -> false, countWhen, false);
	}

	/** What rejected callers are told, with whatever handlers change of it. */
	public static RateLimitProblems problems(RateLimitRejectionHandler... handlers) {
		return new RateLimitProblems(FIELDS, Map::of, List.of(handlers));
	}

}
