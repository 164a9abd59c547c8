package io.github.ratelimit.activity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.RateLimitListener;

/**
 * Counts callers in this JVM, and hands in now and then who calls most, so that the
 * counts of all instances can be added up: no decision asks anybody.
 */
public final class KeyActivity implements RateLimitListener {

	/** How far back it is told who calls most. */
	public static final Duration TIME = Duration.ofMinutes(5);

	/** Of how many callers is handed in at once. */
	private static final int HANDED_IN = 100;

	private final TopKeys top;

	private final BinaryOperator<String> shown;

	/** Replaced whenever it is handed in; a decision at that moment may be missed. */
	private volatile Map<String, KeyCounts> policies = new ConcurrentHashMap<>();

	/**
	 * Creates counts.
	 * @param top where they are added up
	 * @param shown how a caller is shown, by policy and key
	 */
	public KeyActivity(TopKeys top, BinaryOperator<String> shown) {
		this.top = top;
		this.shown = shown;
	}

	@Override
	public void onDecision(Decision decision) {
		List<LimitState> states = decision.states();
		int next = 0;
		while (next < states.size()) {
			Charge charge = states.get(next).charge();
			boolean rejected = false;
			while (next < states.size() && states.get(next).charge() == charge) {
				rejected = rejected || states.get(next).exhausted();
				next++;
			}
			counts(charge.policy().name()).add(charge.key(), rejected);
		}
	}

	private KeyCounts counts(String policy) {
		KeyCounts known = this.policies.get(policy);
		return (known != null) ? known : this.policies.computeIfAbsent(policy, (absent) -> new KeyCounts());
	}

	/**
	 * Hands in what was counted since this was called last.
	 * @return completes when it is added, with a failure if it is not
	 */
	public CompletionStage<Void> handIn() {
		Map<String, KeyCounts> counted = this.policies;
		this.policies = new ConcurrentHashMap<>();
		List<CompletableFuture<?>> added = new ArrayList<>();
		counted.forEach((policy, counts) -> {
			for (Activity activity : Activity.values()) {
				Map<String, Long> most = counts.top(activity, HANDED_IN);
				if (!most.isEmpty()) {
					added.add(this.top.add(activity.of(policy), shown(policy, most), 0).toCompletableFuture());
				}
			}
		});
		return CompletableFuture.allOf(added.toArray(CompletableFuture<?>[]::new));
	}

	private Map<String, Long> shown(String policy, Map<String, Long> counts) {
		Map<String, Long> shown = new LinkedHashMap<>();
		counts.forEach((key, count) -> shown.put(this.shown.apply(policy, key), count));
		return shown;
	}

	/**
	 * Tells who was seen most in the last minutes, on all instances.
	 * @param policy under which policy
	 * @param activity doing what
	 * @param most of how many callers is told at most
	 * @return counts by caller, the largest first; completed with a failure if they
	 * cannot be told
	 */
	public CompletionStage<Map<String, Long>> top(String policy, Activity activity, int most) {
		return this.top.add(activity.of(policy), Map.of(), most);
	}

}
