package io.github.ratelimit.metrics;

import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Ban;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.memory.MemoryRateLimitStore;
import io.github.ratelimit.resilience.AllowingRateLimitStore;
import io.github.ratelimit.resilience.RememberingRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
	void policyThatIsNotEnforcedHasRejectedWhatPassedWithoutItsPermits() {
		Policy shadow = TIGHT.in(Policy.Mode.SHADOW);
		for (int i = 0; i < 3; i++) {
			this.rateLimiter.tryAcquire(List.of(new Charge(shadow, "a"), new Charge(WIDE, "a", 3)));
		}
		assertThat(count("ratelimit.decisions", "policy", "tight", "outcome", "allowed", "enforced", "false"))
			.isEqualTo(2);
		assertThat(count("ratelimit.decisions", "policy", "tight", "outcome", "rejected", "enforced", "false"))
			.isEqualTo(1);
		assertThat(count("ratelimit.decisions", "policy", "wide", "outcome", "allowed", "enforced", "true"))
			.isEqualTo(3);
		assertThat(count("ratelimit.permits.spent", "policy", "tight")).isEqualTo(2);
		this.rateLimiter.tryAcquire(List.of(new Charge(shadow, "a"), new Charge(WIDE, "a", 3)));
		assertThat(decisions("wide", "rejected")).isEqualTo(1);
		assertThat(this.registry.get("ratelimit.decisions").tags("policy", "tight").counters())
			.extracting(Counter::count)
			.containsExactlyInAnyOrder(2.0, 1.0);
	}

	@Test
	void bansAreCountedOnceWhenTheyBegin() {
		Policy bans = TIGHT.with(new Ban(2, Duration.ofMinutes(1), Duration.ofHours(1)));
		RateLimiter remembering = new RateLimiter(
				new RememberingRateLimitStore(new MemoryRateLimitStore(), Duration.ofMinutes(1)),
				Map.<String, Policy>of()::get, List.of(new DecisionMetrics(this.registry)));
		remembering.tryAcquire(List.of(new Charge(WIDE, "a"), new Charge(bans, "a", 2)));
		assertThat(count("ratelimit.bans", "policy", "tight")).isZero();
		for (int i = 0; i < 9; i++) {
			remembering.tryAcquire(List.of(new Charge(WIDE, "a"), new Charge(bans, "a", 2)));
		}
		assertThat(count("ratelimit.bans", "policy", "tight")).isEqualTo(1);
		for (int i = 0; i < 3; i++) {
			remembering.tryAcquire(List.of(new Charge(bans, "b", 2)));
		}
		assertThat(this.registry.get("ratelimit.bans").counter().count()).isEqualTo(2);
	}

	@Test
	void permitsThatWereNotChargedAreNotGivenBack() {
		Policy shadow = TIGHT.in(Policy.Mode.SHADOW);
		this.rateLimiter.reserve(List.of(new Charge(shadow, "a", 3), new Charge(WIDE, "a", 3))).settle(1);
		this.rateLimiter.reserve(List.of(new Charge(shadow, "a", 3), new Charge(WIDE, "a", 3))).cancel();
		assertThat(count("ratelimit.permits.returned", "policy", "tight")).isZero();
		assertThat(count("ratelimit.permits.returned", "policy", "wide")).isEqualTo(2 + 3);
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
	void fullnessIsThatOfTheFullestLimitWheneverTheStoreDecides() {
		Policy policy = new Policy("p", Algorithm.FIXED_WINDOW, new Limit(10, Duration.ofMinutes(1)),
				new Limit(40, Duration.ofHours(1)));
		for (long cost : new long[] { 5, 3, 0, 3, 2 }) {
			this.rateLimiter.tryAcquire(List.of(new Charge(policy, "a", cost)));
		}
		DistributionSummary fullness = this.registry.get("ratelimit.fullness").tags("policy", "p").summary();
		assertThat(fullness.totalAmount()).isEqualTo(50 + 80 + 80 + 80 + 100);
		assertThat(fullness.takeSnapshot().histogramCounts()).extracting(CountAtBucket::bucket, CountAtBucket::count)
			.containsExactly(tuple(50.0, 1.0), tuple(80.0, 4.0), tuple(90.0, 4.0), tuple(100.0, 5.0));
	}

	@Test
	void fullnessOfATokenBucketIsThatOfItsBurst() {
		Policy bucket = new Policy("bucket", Algorithm.TOKEN_BUCKET, new Limit(1, Duration.ofDays(1), 4));
		this.rateLimiter.tryAcquire(List.of(new Charge(bucket, "a", 3)));
		assertThat(this.registry.get("ratelimit.fullness").summary().totalAmount()).isEqualTo(75);
	}

	@Test
	void permitsAreSpentByAllowedCallsOnly() {
		this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "a", 2), new Charge(WIDE, "a", 4)));
		this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "a", 1), new Charge(WIDE, "a", 4)));
		assertThat(count("ratelimit.permits.spent", "policy", "tight")).isEqualTo(2);
		assertThat(count("ratelimit.permits.spent", "policy", "wide")).isEqualTo(4);
	}

	@Test
	void nothingIsSpentIfNobodyDecides() {
		RateLimiter open = new RateLimiter(new AllowingRateLimitStore(), Map.<String, Policy>of()::get,
				List.of(new DecisionMetrics(this.registry)));
		open.reserve(List.of(new Charge(TIGHT, "a", 2))).cancel();
		assertThat(count("ratelimit.permits.spent", "policy", "tight")).isZero();
		assertThat(count("ratelimit.permits.returned", "policy", "tight")).isZero();
	}

	@Test
	void reservationsGiveBackWhatTheyDidNotCost() {
		this.rateLimiter.reserve(List.of(new Charge(TIGHT, "a", 2), new Charge(WIDE, "a", 5)))
			.settle(List.of(new Charge(WIDE, "a", 2)));
		this.rateLimiter.reserve(List.of(new Charge(WIDE, "a", 4))).cancel();
		this.rateLimiter.reserve(List.of(new Charge(WIDE, "a", 1))).settle(3);
		assertThat(count("ratelimit.permits.returned", "policy", "wide")).isEqualTo(3 + 4);
		assertThat(count("ratelimit.permits.returned", "policy", "tight")).isZero();
		assertThat(count("ratelimit.permits.spent", "policy", "wide")).isEqualTo(5 + 4 + 1 + 2);
		assertThat(count("ratelimit.reservations", "policy", "wide", "outcome", "settled")).isEqualTo(2);
		assertThat(count("ratelimit.reservations", "policy", "wide", "outcome", "cancelled")).isEqualTo(1);
		assertThat(count("ratelimit.reservations", "policy", "tight", "outcome", "settled")).isEqualTo(1);
	}

	@Test
	void exemptionsAreCountedWithoutADecision() {
		this.rateLimiter.exempt(TIGHT);
		assertThat(count("ratelimit.decisions", "policy", "tight", "outcome", "exempt", "source", "none", "enforced",
				"true"))
			.isEqualTo(1);
		assertThat(this.registry.get("ratelimit.decisions").counters()).hasSize(1);
	}

	@Test
	void policyThatRejectsOneOfSeveralKeysHasRejectedOneCall() {
		this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "b", 2)));
		this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "a"), new Charge(TIGHT, "b")));
		assertThat(decisions("tight", "rejected")).isEqualTo(1);
		this.rateLimiter.tryAcquire(List.of(new Charge(TIGHT, "b"), new Charge(TIGHT, "a", 3)));
		assertThat(decisions("tight", "rejected")).isEqualTo(2);
		assertThat(decisions("tight", "allowed")).isEqualTo(1);
	}

	@Test
	void rejectionsAreReadForAsLongAsTheirMetricsLive() {
		LongAdder remembered = new LongAdder();
		StoreMetrics metrics = new StoreMetrics(this.registry, "redis");
		metrics.remembered(remembered::sum);
		System.gc();
		remembered.increment();
		assertThat(
				this.registry.get("ratelimit.rejections.remembered").tags("store", "redis").functionCounter().count())
			.isEqualTo(1);
		Reference.reachabilityFence(metrics);
	}

	@Test
	void showsWhetherTheStoreIsAsked() {
		AtomicBoolean open = new AtomicBoolean();
		new StoreMetrics(this.registry, "redis").circuit(open::get);
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

	private double count(String name, String... tags) {
		return this.registry.get(name).tags(tags).counter().count();
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
