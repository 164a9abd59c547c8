package io.github.ratelimit.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;

/**
 * A limit in its long form, or what a short form has become.
 *
 * @param permits Permits that come back per window.
 * @param window Time in which they come back.
 * @param burst Permits that can be spent at once, for a token bucket; by default as many
 * as come back per window.
 */
public record LimitProperties(@Nullable Long permits, @Nullable Duration window, @Nullable Long burst) {

	static LimitProperties of(Limit limit) {
		return new LimitProperties(limit.permits(), limit.window(), limit.burst());
	}

	Limit toLimit() {
		if (this.permits == null || this.window == null) {
			throw new InvalidPolicyException("limits", (this.permits != null) ? this.permits + "/" : "",
					"both permits and window");
		}
		return new Limit(this.permits, this.window, (this.burst != null) ? this.burst : this.permits);
	}

}
