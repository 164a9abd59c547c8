package io.github.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.Policy.Mode;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RateLimitOverridesTests {

	private static final Limit LIMIT = new Limit(100, Duration.ofMinutes(1));

	private static final Limit OTHER = new Limit(5, Duration.ofMinutes(1));

	private static final Policy API = new Policy("api", Algorithm.SLIDING_WINDOW, List.of(LIMIT), 2);

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

	private final RateLimitOverrides overrides = RateLimitOverrides.local(this.now::get);

	@Test
	void policyIsItselfWhileNothingOverridesIt() {
		assertThat(this.overrides.effective(API, "a")).isSameAs(API);
		save("other", "a", Mode.OFF, OTHER);
		assertThat(this.overrides.effective(API, "a")).isSameAs(API);
	}

	@Test
	void callerComesBeforePolicyAndWhatOneDoesNotSayTheOtherDoes() {
		save("api", null, Mode.SHADOW, OTHER);
		save("api", "a", null, new Limit(7, Duration.ofMinutes(1)));
		assertThat(this.overrides.effective(API, "b")).isEqualTo(API.with(List.of(OTHER)).in(Mode.SHADOW));
		assertThat(this.overrides.effective(API, "a"))
			.isEqualTo(API.with(List.of(new Limit(7, Duration.ofMinutes(1)))).in(Mode.SHADOW));
		assertThat(this.overrides.effective(API, "b")).isSameAs(this.overrides.effective(API, "c"));
	}

	@Test
	void whatHoldsForAllPoliciesMakesNoneStricter() {
		save(null, null, Mode.SHADOW);
		save("api", "a", Mode.OFF);
		save("api", "b", Mode.ENFORCED);
		assertThat(this.overrides.effective(API, "a").mode()).isEqualTo(Mode.OFF);
		assertThat(this.overrides.effective(API, "b").mode()).isEqualTo(Mode.SHADOW);
	}

	@Test
	void whatIsMadeOfEachPolicyIsMadeOnce() {
		save(null, null, Mode.SHADOW);
		Policy other = new Policy("other", Algorithm.SLIDING_WINDOW, LIMIT);
		Policy first = this.overrides.effective(API, "a");
		assertThat(this.overrides.effective(other, "a").mode()).isEqualTo(Mode.SHADOW);
		assertThat(this.overrides.effective(API, "b")).isSameAs(first);
	}

	@Test
	void overrideEndsAndIsForgotten() {
		this.overrides.save(new RateLimitOverride("api", "a", List.of(OTHER), null, this.now.get().plusSeconds(10), "",
				"", this.now.get()));
		this.now.set(this.now.get().plusSeconds(9));
		assertThat(this.overrides.effective(API, "a").limits()).containsExactly(OTHER);
		assertThat(this.overrides.list()).hasSize(1);
		this.now.set(this.now.get().plusSeconds(1));
		assertThat(this.overrides.effective(API, "a")).isSameAs(API);
		assertThat(this.overrides.list()).isEmpty();
		assertThat(this.overrides.find("api", "a")).isNull();
	}

	@Test
	void whatHasEndedIsRemovedUnlessItWasMadeAnew() {
		Recording storage = new Recording();
		RateLimitOverrides mine = new RateLimitOverrides(storage, this.now::get);
		RateLimitOverride ending = new RateLimitOverride("api", "a", List.of(OTHER), null, this.now.get(), "", "",
				this.now.get());
		mine.save(ending).toCompletableFuture().join();
		mine.refresh().toCompletableFuture().join();
		assertThat(storage.texts).isEmpty();
		mine.save(ending).toCompletableFuture().join();
		storage.texts.put("api:a", "limits=9%2F1m");
		mine.refresh().toCompletableFuture().join();
		assertThat(storage.texts).containsOnlyKeys("api:a");
	}

	@Test
	void whatOthersWriteIsKnownAfterALook() {
		Recording storage = new Recording();
		RateLimitOverrides mine = new RateLimitOverrides(storage, this.now::get);
		new RateLimitOverrides(storage, this.now::get)
			.save(new RateLimitOverride("api", null, List.of(OTHER), null, null, "why", "who", this.now.get()));
		assertThat(mine.list()).isEmpty();
		mine.refresh().toCompletableFuture().join();
		assertThat(mine.find("api", null)).isNotNull().extracting(RateLimitOverride::reason).isEqualTo("why");
		storage.texts.clear();
		storage.version++;
		mine.refresh().toCompletableFuture().join();
		assertThat(mine.list()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "mode=frozen", "limits=5", "limits=5%2F1m&until=tomorrow", "%", "limits=%zz" })
	void textOfAnotherVersionDoesNotHold(String text) {
		Recording storage = new Recording();
		storage.texts.put("api:", text);
		storage.texts.put("api:a", "limits=5%2F1m&future=1");
		RateLimitOverrides mine = new RateLimitOverrides(storage, this.now::get);
		mine.refresh().toCompletableFuture().join();
		assertThat(mine.list()).extracting(RateLimitOverride::key).containsExactly("a");
	}

	@Test
	void everyOverrideIsReadAsItWasWritten() {
		List<RateLimitOverride> all = List
			.of(new RateLimitOverride(null, null, List.of(), Mode.OFF, null, "", "", this.now.get()),
					new RateLimitOverride("api", "a:b/c=&%ä {x}",
							List.of(LIMIT, new Limit(50, Duration.ofSeconds(1), 200)), Mode.SHADOW,
							this.now.get().plusNanos(1), "a & b = c\n", "jörg", this.now.get()));
		for (RateLimitOverride override : all) {
			assertThat(OverrideText.read(override.name(), OverrideText.write(override))).isEqualTo(override);
		}
	}

	@Test
	void overrideThatDoesNotGoWithThePolicyDoesNotHold() {
		save("api", null, null, new Limit(1, Duration.ofMinutes(1)));
		assertThat(this.overrides.effective(API, "a")).isSameAs(API);
	}

	@Test
	void lowerLimitsTakeNoMoreAheadThanTheyHold() {
		Policy leased = new Policy("api", Algorithm.SLIDING_WINDOW, List.of(LIMIT), 1, Mode.ENFORCED, 50);
		assertThat(leased.with(List.of(OTHER)).lease()).isEqualTo(5);
		assertThat(leased.in(Mode.SHADOW).lease()).isZero();
	}

	@Test
	void overrideThatSaysNothingOrTooMuchIsRefused() {
		refused(() -> save("api", null, null));
		refused(() -> save(null, "a", Mode.OFF));
		refused(() -> save(null, null, Mode.ENFORCED));
		refused(() -> save(null, null, Mode.OFF, LIMIT));
		refused(() -> new RateLimitOverride("api", null, List.of(LIMIT), null, null, "x".repeat(501), "",
				this.now.get()));
	}

	@Test
	void reservationUnderAPolicyThatWasSwitchedOffCanBeSettled() {
		RateLimiter limiter = new RateLimiter(new MemoryRateLimitStore(), Map.of("api", API)::get, List.of(),
				this.overrides);
		save("api", "a", Mode.OFF);
		Reservation reservation = limiter.reserve("api", "a", 5);
		reservation.settle(List.of(new Charge(API, "a", 3))).toCompletableFuture().join();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> limiter.reserve("api", "a", 5).settle(List.of(new Charge(API, "b", 3))));
	}

	@Test
	void decisionsGoByWhatOverridesTheirPolicies() {
		save("api", "a", null, OTHER);
		save("api", "b", Mode.OFF);
		RateLimiter limiter = new RateLimiter(new MemoryRateLimitStore(), Map.of("api", API)::get, List.of(),
				this.overrides);
		assertThat(limiter.tryAcquire("api", "a").states().get(0).remaining()).isEqualTo(3);
		assertThat(limiter.look("api", "a").toCompletableFuture().join()).singleElement()
			.satisfies((state) -> assertThat(state.remaining()).isEqualTo(3));
		assertThat(limiter.tryAcquire("api", "b").states()).isEmpty();
		assertThat(limiter.look("api", "b").toCompletableFuture().join()).isEmpty();
		assertThat(limiter.tryAcquire("api", "c").states().get(0).remaining()).isEqualTo(98);
	}

	private void save(@Nullable String policy, @Nullable String key, @Nullable Mode mode, Limit... limits) {
		this.overrides.save(new RateLimitOverride(policy, key, List.of(limits), mode, null, "", "", this.now.get()));
	}

	private static void refused(Runnable change) {
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(change::run);
	}

	/** Keeps texts, and lets tests change them behind everybody's back. */
	private static final class Recording implements RateLimitOverrides.Storage {

		private final Map<String, String> texts = new HashMap<>();

		private int version;

		@Override
		public CompletionStage<Map<String, String>> exchange(String known, String name, String expected, String text) {
			if (!name.isEmpty() && (expected.isEmpty() || expected.equals(this.texts.get(name)))) {
				this.version++;
				if (text.isEmpty()) {
					this.texts.remove(name);
				}
				else {
					this.texts.put(name, text);
				}
			}
			Map<String, String> changes = new HashMap<>(this.texts);
			changes.put(VERSION, String.valueOf(this.version));
			return CompletableFuture.completedFuture(changes);
		}

	}

}
