package io.github.ratelimit.metrics;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Decision.Source;

/**
 * The meters of one policy. Those that not every policy needs are registered when
 * something is to be counted; then all are found without their tags.
 */
final class PolicyMeters {

	private static final int SOURCES = Source.values().length;

	private final MeterRegistry registry;

	private final String policy;

	private final Counter spent;

	private final AtomicReferenceArray<@Nullable Counter> decisions = new AtomicReferenceArray<>(
			Outcome.values().length * SOURCES * 2);

	private volatile @Nullable Counter bans;

	private volatile @Nullable ReservationMeters reservations;

	PolicyMeters(MeterRegistry registry, String policy) {
		this.registry = registry;
		this.policy = policy;
		this.spent = Counter.builder("ratelimit.permits.spent")
			.description("Permits that were charged")
			.tag("policy", policy)
			.register(registry);
	}

	void spent(long permits) {
		this.spent.increment(permits);
	}

	void decided(boolean room, Source source, boolean enforced) {
		count(room ? Outcome.ALLOWED : Outcome.REJECTED, source, enforced);
	}

	void exempted(boolean enforced) {
		count(Outcome.EXEMPT, Source.NONE, enforced);
	}

	/** Shows that nobody was banned as long as that is so. */
	void banned(boolean newly) {
		Counter known = this.bans;
		if (known == null) {
			known = Counter.builder("ratelimit.bans")
				.description("Bans that began")
				.tag("policy", this.policy)
				.register(this.registry);
			this.bans = known;
		}
		known.increment(newly ? 1 : 0);
	}

	/** Counts a reservation that in the end took more permits, or less than none. */
	void settled(long extra) {
		ReservationMeters meters = reservations();
		meters.settled().increment();
		this.spent.increment(Math.max(0, extra));
		meters.returned().increment(Math.max(0, -extra));
	}

	void cancelled(long permits) {
		ReservationMeters meters = reservations();
		meters.cancelled().increment();
		meters.returned().increment(permits);
	}

	private void count(Outcome outcome, Source source, boolean enforced) {
		int index = (outcome.ordinal() * SOURCES + source.ordinal()) * 2 + (enforced ? 1 : 0);
		Counter known = this.decisions.get(index);
		if (known == null) {
			known = Counter.builder("ratelimit.decisions")
				.description("Calls that a policy has allowed or rejected, or that were exempt from it")
				.tag("policy", this.policy)
				.tag("outcome", lower(outcome))
				.tag("source", lower(source))
				.tag("enforced", String.valueOf(enforced))
				.register(this.registry);
			this.decisions.set(index, known);
		}
		known.increment();
	}

	private ReservationMeters reservations() {
		ReservationMeters known = this.reservations;
		if (known == null) {
			known = ReservationMeters.of(this.registry, this.policy);
			this.reservations = known;
		}
		return known;
	}

	private static String lower(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	private enum Outcome {

		ALLOWED, REJECTED, EXEMPT

	}

	private record ReservationMeters(Counter settled, Counter cancelled, Counter returned) {

		static ReservationMeters of(MeterRegistry registry, String policy) {
			return new ReservationMeters(counter(registry, policy, "settled"), counter(registry, policy, "cancelled"),
					Counter.builder("ratelimit.permits.returned")
						.description("Permits that settlements and cancellations have given back")
						.tag("policy", policy)
						.register(registry));
		}

		private static Counter counter(MeterRegistry registry, String policy, String outcome) {
			return Counter.builder("ratelimit.reservations")
				.description("Reservations that were settled or cancelled")
				.tag("policy", policy)
				.tag("outcome", outcome)
				.register(registry);
		}

	}

}
