package io.github.ratelimit.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.memory.MemoryRateLimitStore;
import io.github.ratelimit.resilience.AllowingRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DecisionMetrics} and {@link MeteredRateLimitStore}.
 */
class RateLimitMetricsTests {

	private static final Policy TIGHT = new Policy("tight", Algorithm.FIXED_WINDOW, new Limit(2, Duration.ofMinutes(1)),
			new Limit(2, Duration.ofHours(1)));

	private static final Policy WIDE = new Policy("wide", Algorithm.FIXED_WINDOW, new Limit(9, Duration.ofMinutes(1)));

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final RateLimiter rateLimiter = new RateLimiter(
			new MeteredRateLimitStore(new MemoryRateLimitStore(), this.registry), Map.<String, Policy>of()::get,
			List.of(new DecisionMetrics(this.registry)));

	@Test
	void countsWhoAllowedAndWhoRejected() {
		for (int i = 0; i < 5; i++) {
			this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "a"), new Charge(WIDE, "a")));
		}
		assertThat(decisions("tight", "allowed")).isEqualTo(2);
		assertThat(decisions("tight", "rejected")).isEqualTo(3);
		assertThat(decisions("wide", "allowed")).isEqualTo(2);
		assertThat(this.registry.find("ratelimit.decisions").tags("policy", "wide", "outcome", "rejected").counter())
			.isNull();
	}

	@Test
	void policyThatIsChargedForSeveralKeysCountsOneCall() {
		this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "a"), new Charge(WIDE, "a"), new Charge(TIGHT, "b")));
		assertThat(decisions("tight", "allowed")).isEqualTo(1);
		assertThat(decisions("wide", "allowed")).isEqualTo(1);
	}

	@Test
	void countsApartWhatTheStoreHasNotDecided() {
		RateLimiter open = new RateLimiter(new AllowingRateLimitStore(), Map.<String, Policy>of()::get,
				List.of(new DecisionMetrics(this.registry)));
		open.tryAcquire(List.of(new Charge(TIGHT, "a")));
		this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "a")));
		assertThat(this.registry.get("ratelimit.decisions").tags("source", "none").counter().count()).isEqualTo(1);
		assertThat(this.registry.get("ratelimit.decisions").tags("source", "store").counter().count()).isEqualTo(1);
	}

	@Test
	void showsWhetherTheStoreIsAsked() {
		AtomicBoolean open = new AtomicBoolean();
		new CircuitMetrics(this.registry, "redis", open::get);
		Gauge gauge = this.registry.get("ratelimit.store.circuit").tags("store", "redis").gauge();
		assertThat(gauge.value()).isZero();
		open.set(true);
		assertThat(gauge.value()).isEqualTo(1);
	}

	@Test
	void reservationsReachTheStoreAsSuch() {
		RateLimitStore reserving = new AllowingReservations();
		assertThat(new RateLimiter(new MeteredRateLimitStore(reserving, this.registry), Map.<String, Policy>of()::get,
				List.of())
			.reserve(List.of(new Charge(TIGHT, "a")))
			.decision()
			.source()).isEqualTo(Decision.Source.NONE);
		assertThat(this.registry.get("ratelimit.store").tags("store", "memory", "outcome", "allowed").timer().count())
			.isEqualTo(1);
	}

	@Test
	void timesTheStoreByOutcome() {
		for (int i = 0; i < 5; i++) {
			this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "a")));
		}
		assertThat(this.registry.get("ratelimit.store").tags("store", "memory", "outcome", "allowed").timer().count())
			.isEqualTo(2);
		assertThat(this.registry.get("ratelimit.store").tags("store", "memory", "outcome", "rejected").timer().count())
			.isEqualTo(3);
		assertThat(this.registry.get("ratelimit.store").tags("store", "memory", "outcome", "error").timer().count())
			.isZero();
	}

	@Test
	void noKeyIsEverATag() {
		this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "personal-data")));
		assertThat(this.registry.getMeters()).isNotEmpty()
			.allSatisfy((meter) -> assertThat(meter.getId().toString()).doesNotContain("personal-data"));
	}

	private double decisions(String policy, String outcome) {
		return this.registry.get("ratelimit.decisions").tags("policy", policy, "outcome", outcome).counter().count();
	}

	/** A store that does something else for reservations. */
	private static final class AllowingReservations implements RateLimitStore {

		private final RateLimitStore calls = new MemoryRateLimitStore();

		@Override
		public String name() {
			return this.calls.name();
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			return this.calls.acquire(charges);
		}

		@Override
		public CompletionStage<Decision> reserve(List<Charge> charges) {
			return new AllowingRateLimitStore().reserve(charges);
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			return this.calls.settle(decision, actual);
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return this.calls.reset(policy, key);
		}

	}

}
