package io.github.ratelimit.autoconfigure;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/**
 * A limit in its long form, or what a short form has become.
 *
 * @param permits Permits that come back per window.
 * @param window Time in which they come back, such as "1m", "15 minutes" or "PT1H".
 * @param burst Permits that can be spent at once, for a token bucket; by default as many
 * as come back per window.
 */
@ConfigurationPropertiesSource
public record LimitProperties(@Nullable Long permits, @Nullable String window, @Nullable Long burst) {

	static LimitProperties of(Limit limit) {
		return new LimitProperties(limit.permits(), limit.windowText(), limit.burst());
	}

	Limit toLimit() {
		if (this.permits == null || this.window == null) {
			throw new InvalidPolicyException("limits", (this.permits != null) ? this.permits + "/" : "",
					"both permits and window");
		}
		Limit limit = Limit.parse(this.permits + "/" + this.window);
		return (this.burst != null) ? new Limit(limit.permits(), limit.window(), this.burst) : limit;
	}

}
