package io.github.ratelimit;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps overrides in this JVM.
 */
final class LocalOverrideStorage implements RateLimitOverrides.Storage {

	private final Map<String, String> texts = new HashMap<>();

	private long version;

	@Override
	public synchronized CompletionStage<Map<String, String>> exchange(String known, String name, String expected,
			String text) {
		if (!name.isEmpty() && (expected.isEmpty() || expected.equals(this.texts.get(name)))) {
			if (text.isEmpty()) {
				this.texts.remove(name);
			}
			else {
				this.texts.put(name, text);
			}
			this.version++;
		}
		Map<String, String> changes = new HashMap<>();
		if (!known.equals(String.valueOf(this.version))) {
			changes.putAll(this.texts);
			changes.put(VERSION, String.valueOf(this.version));
		}
		return CompletableFuture.completedFuture(changes);
	}

}
