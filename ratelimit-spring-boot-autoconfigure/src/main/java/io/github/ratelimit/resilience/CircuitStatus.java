package io.github.ratelimit.resilience;

import java.time.Duration;

/**
 * How a circuit stands.
 *
 * @param open whether the store is not asked
 * @param age how long it has been so
 * @param untilProbe time until the store is asked whether it answers, zero if that is
 * under way or the circuit is closed
 */
public record CircuitStatus(boolean open, Duration age, Duration untilProbe) {
}
