package io.github.ratelimit;

import java.util.List;

/**
 * Published once for every decision that rejects a call, if
 * {@code ratelimit.events.enabled} is set, whether or not the call was made over HTTP.
 * Keys tell who the caller is: they are personal data.
 *
 * @param decision the decision
 */
public record RateLimitRejectedEvent(Decision decision) {

	/**
	 * What the call was asked to pay by the policies that had no room: these, and the
	 * keys that were counted.
	 * @return at least one charge
	 */
	public List<Charge> charges() {
		return this.decision.exhausted().stream().map(LimitState::charge).distinct().toList();
	}

}
