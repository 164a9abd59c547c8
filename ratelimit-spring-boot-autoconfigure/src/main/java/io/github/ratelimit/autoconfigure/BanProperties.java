package io.github.ratelimit.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Ban;
import io.github.ratelimit.InvalidPolicyException;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.Name;

/**
 * A ban of clients that are rejected repeatedly.
 *
 * @param after Rejections by the policy that lead to a ban, in the time in which they
 * have to come, such as "5/10m" or "5 rejections in 10m".
 * @param length Duration of a ban.
 */
@ConfigurationPropertiesSource
public record BanProperties(@Nullable String after, @Name("for") @Nullable Duration length) {

	Ban toBan() {
		if (this.after == null) {
			throw new InvalidPolicyException("ban.after", "", "rejections in a time, such as 5/10m");
		}
		if (this.length == null) {
			throw new InvalidPolicyException("ban.for", "", "a time such as 1h");
		}
		return Ban.parse(this.after, this.length);
	}

}
