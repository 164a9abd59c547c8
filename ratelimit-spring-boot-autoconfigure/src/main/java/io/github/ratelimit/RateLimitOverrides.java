package io.github.ratelimit;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * What holds instead of the configuration, on all instances of an application. Each
 * instance keeps all of it in memory, so that no decision asks for it, and looks now and
 * then whether it has changed. Safe for use by several threads.
 */
public final class RateLimitOverrides {

	private final Storage storage;

	private final InstantSource clock;

	/** Replaced, never changed. */
	private volatile Known known = Known.NOTHING;

	/**
	 * Creates overrides that only this instance knows, for as long as it runs.
	 * @param clock the time by which they end
	 * @return the overrides, none at first
	 */
	public static RateLimitOverrides local(InstantSource clock) {
		return new RateLimitOverrides(new LocalOverrideStorage(), clock);
	}

	/**
	 * Creates overrides, and knows none yet.
	 * @param storage where they are kept
	 * @param clock the time by which they end
	 */
	public RateLimitOverrides(Storage storage, InstantSource clock) {
		this.storage = storage;
		this.clock = clock;
	}

	/**
	 * Those that hold.
	 * @return all that this instance knows of, in no order
	 */
	public List<RateLimitOverride> list() {
		return this.known.overrides()
			.values()
			.stream()
			.map(ActiveOverride::said)
			.filter((said) -> said.holds(this.clock.instant()))
			.toList();
	}

	/**
	 * Finds one that holds.
	 * @param policy the policy that it is about, or null for the one about all of them
	 * @param key the caller that it is about, or null for the one about all of them
	 * @return the override, or null if there is none
	 */
	public @Nullable RateLimitOverride find(@Nullable String policy, @Nullable String key) {
		ActiveOverride found = this.known.overrides().get(RateLimitOverride.name(policy, key));
		return (found != null && found.said().holds(this.clock.instant())) ? found.said() : null;
	}

	/**
	 * A policy as it is for a caller now.
	 * @param policy the policy as it is configured
	 * @param key the caller
	 * @return the policy itself if nothing overrides it
	 */
	public Policy effective(Policy policy, String key) {
		Known now = this.known;
		if (now.overrides().isEmpty()) {
			return policy;
		}
		Policy effective = apply(RateLimitOverride.name(policy.name(), null), now, policy);
		effective = apply(RateLimitOverride.name(policy.name(), key), now, effective);
		return apply(RateLimitOverride.name(null, null), now, effective);
	}

	private Policy apply(String name, Known now, Policy policy) {
		ActiveOverride override = now.overrides().get(name);
		return (override != null && override.said().holds(this.clock.instant())) ? override.applyTo(policy) : policy;
	}

	/** What a call must pay now: the same charges if nothing overrides their policies. */
	List<Charge> effective(List<Charge> charges) {
		if (this.known.overrides().isEmpty()) {
			return charges;
		}
		List<Charge> effective = new ArrayList<>(charges.size());
		for (Charge charge : charges) {
			Policy policy = effective(charge.policy(), charge.key());
			effective.add((policy == charge.policy()) ? charge : new Charge(policy, charge.key(), charge.cost()));
		}
		return effective;
	}

	/**
	 * Overrides something, in place of what overrides it already.
	 * @param override what holds from now on; other instances see it when they look next
	 * @return completes when it holds here, with a failure if it cannot be kept
	 */
	public CompletionStage<Void> save(RateLimitOverride override) {
		return this.storage.exchange(this.known.version(), override.name(), "", OverrideText.write(override))
			.thenAccept(this::learn);
	}

	/**
	 * Takes an override back.
	 * @param policy the policy that it is about, or null for the one about all of them
	 * @param key the caller that it is about, or null for the one about all of them
	 * @return completes when it does not hold here any more, with a failure if it is
	 * still kept
	 */
	public CompletionStage<Void> remove(@Nullable String policy, @Nullable String key) {
		return this.storage.exchange(this.known.version(), RateLimitOverride.name(policy, key), "", "")
			.thenAccept(this::learn);
	}

	/**
	 * Looks whether something has changed, and has forgotten what has ended.
	 * @return completes when what is kept is known here, with a failure if it cannot be
	 * read
	 */
	public CompletionStage<Void> refresh() {
		Known last = this.known;
		CompletionStage<?> forgotten = CompletableFuture.completedFuture(last);
		for (Map.Entry<String, ActiveOverride> entry : last.overrides().entrySet()) {
			if (!entry.getValue().said().holds(this.clock.instant())) {
				forgotten = forgotten.thenCompose(
						(done) -> this.storage.exchange(last.version(), entry.getKey(), entry.getValue().text(), ""));
			}
		}
		return forgotten.thenCompose((done) -> this.storage.exchange(last.version(), "", "", ""))
			.thenAccept(this::learn);
	}

	private void learn(Map<String, String> texts) {
		if (texts.isEmpty()) {
			return;
		}
		Map<String, ActiveOverride> overrides = new HashMap<>();
		texts.forEach((name, text) -> {
			ActiveOverride same = this.known.overrides().get(name);
			if (same != null && same.text().equals(text)) {
				overrides.put(name, same);
			}
			else if (!name.equals(Storage.VERSION)) {
				ActiveOverride read = ActiveOverride.read(name, text);
				if (read != null) {
					overrides.put(name, read);
				}
			}
		});
		this.known = new Known(texts.getOrDefault(Storage.VERSION, ""), overrides);
	}

	/**
	 * Where overrides are kept: texts by name, as of a version.
	 */
	@FunctionalInterface
	public interface Storage {

		/** The name under which the version stands among the texts. */
		String VERSION = "";

		/**
		 * Changes a text and looks for changes, in one step.
		 * @param known the version that is known; empty if none is
		 * @param name which text is changed; empty if none is
		 * @param expected the text that has to be there for it to be changed; empty if
		 * that does not matter
		 * @param text what it is to be; empty if there is to be none
		 * @return all texts and the version if that is not the known one, else nothing at
		 * all
		 */
		CompletionStage<Map<String, String>> exchange(String known, String name, String expected, String text);

	}

	private record Known(String version, Map<String, ActiveOverride> overrides) {

		static final Known NOTHING = new Known("", Map.of());

	}

}
