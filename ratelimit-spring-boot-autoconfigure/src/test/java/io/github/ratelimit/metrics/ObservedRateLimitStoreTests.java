package io.github.ratelimit.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ObservedRateLimitStore}.
 */
class ObservedRateLimitStoreTests {

	private final MeterRegistry meters = new SimpleMeterRegistry();

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final Observation observation = observation();

	private final RateLimiter rateLimiter = new RateLimiter(
			new ObservedRateLimitStore(new MemoryRateLimitStore(), this.registry), Map.<String, Policy>of()::get,
			List.of());

	@Test
	void decisionIsNotedOnceWithAllItsPolicies() {
		acquire(two("a", 2), two("b", 1));
		assertThat(noted()).containsExactly("allowed", "a,b");
	}

	@Test
	void rejectionNamesThePoliciesWithoutRoom() {
		acquire(two("a", 2), two("b", 3), two("c", 3));
		assertThat(noted()).containsExactly("rejected", "b,c");
	}

	@Test
	void policiesOfAllowedDecisionsAddUp() {
		acquire(two("b", 1));
		acquire(two("a", 1), two("b", 1));
		assertThat(noted()).containsExactly("allowed", "b,a");
	}

	@Test
	void rejectionStays() {
		acquire(two("a", 1));
		acquire(two("b", 3));
		acquire(two("c", 1));
		assertThat(noted()).containsExactly("rejected", "b");
	}

	@Test
	void reservationsAreNotedToo() {
		this.observation.scoped(() -> {
			this.rateLimiter.reserve(List.of(two("a", 3)));
		});
		assertThat(noted()).containsExactly("rejected", "a");
	}

	@Test
	void nothingIsNotedElsewhere() {
		this.rateLimiter.tryAcquire(List.of(two("a", 1)));
		assertThat(noted()).isEmpty();
	}

	@Test
	void nothingOfItIsInMetrics() {
		acquire(two("a", 3));
		this.observation.stop();
		Timer timer = this.meters.get("work").timer();
		assertThat(timer.count()).isEqualTo(1);
		assertThat(this.meters.getMeters()).hasSize(2)
			.allSatisfy((meter) -> assertThat(meter.getId().toString()).doesNotContain("ratelimit"));
	}

	private void acquire(Charge... charges) {
		this.observation.scoped(() -> {
			this.rateLimiter.tryAcquire(List.of(charges));
		});
	}

	private List<String> noted() {
		return Stream.of("ratelimit.outcome", "ratelimit.policy")
			.map(this.observation.getContextView()::getHighCardinalityKeyValue)
			.filter((value) -> value != null)
			.map(KeyValue::getValue)
			.toList();
	}

	private static Charge two(String policy, long cost) {
		return new Charge(new Policy(policy, Algorithm.FIXED_WINDOW, new Limit(2, Duration.ofMinutes(1))), "key", cost);
	}

	private Observation observation() {
		this.registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.meters));
		return Observation.start("work", this.registry);
	}

}
