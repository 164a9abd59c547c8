package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitOverride;
import io.github.ratelimit.RateLimitOverrides;

/**
 * Looks whether overrides have changed, and says so. That all policies are overridden is
 * said again every minute.
 */
final class OverrideRefresh implements Supplier<CompletionStage<?>> {

	private static final Log logger = LogFactory.getLog(OverrideRefresh.class);

	/** How often this is to be asked. */
	static final Duration PAUSE = Duration.ofSeconds(1);

	private static final int LOOKS_PER_REMINDER = 60;

	private final RateLimitOverrides overrides;

	private final BooleanSupplier askable;

	private List<RateLimitOverride> said = List.of();

	private long looks;

	/**
	 * Creates what looks.
	 * @param overrides the overrides
	 * @param askable whether it makes sense to look at the moment
	 */
	OverrideRefresh(RateLimitOverrides overrides, BooleanSupplier askable) {
		this.overrides = overrides;
		this.askable = askable;
	}

	@Override
	public CompletionStage<?> get() {
		if (!this.askable.getAsBoolean()) {
			say();
			return CompletableFuture.completedFuture(this);
		}
		return this.overrides.refresh().whenComplete((done, failure) -> say());
	}

	private synchronized void say() {
		List<RateLimitOverride> now = this.overrides.list();
		now.stream().filter((override) -> !this.said.contains(override)).forEach(OverrideRefresh::say);
		this.said.stream()
			.filter((override) -> !now.contains(override))
			.forEach((override) -> logger.info(about(override) + " not overridden any more as before"));
		this.said = now;
		if (++this.looks % LOOKS_PER_REMINDER == 0) {
			now.stream().filter((override) -> override.policy() == null).forEach(OverrideRefresh::say);
		}
	}

	private static void say(RateLimitOverride override) {
		String text = "%s overridden%s%s%s, by '%s': %s".formatted(about(override),
				override.limits().isEmpty() ? "" : ", limits " + String.join(", ", texts(override.limits())),
				(override.mode() != null) ? ", mode " + override.mode() : "",
				(override.until() != null) ? ", until " + override.until() : "", override.by(), override.reason());
		if (override.policy() == null) {
			logger.warn(text);
		}
		else {
			logger.info(text);
		}
	}

	/** Callers are personal data. */
	private static String about(RateLimitOverride override) {
		if (override.policy() == null) {
			return "All rate limit policies are";
		}
		return "Rate limit policy '" + override.policy() + ((override.key() != null) ? "' is for one caller" : "' is");
	}

	private static List<String> texts(List<Limit> limits) {
		return limits.stream().map(Limit::toString).toList();
	}

}
