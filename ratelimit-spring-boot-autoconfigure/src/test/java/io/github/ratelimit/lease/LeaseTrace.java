package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.ExactModel;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random calls to instances with leases that share a store, beside the exact model, which
 * is only told of what was really spent, and when. Trips take time, before the store
 * decides and after.
 */
final class LeaseTrace {

	private static final String KEY = "caller";

	private final Random random;

	private final VirtualTime time = new VirtualTime();

	private final ExactModel model = new ExactModel();

	private final RateLimitStore store;

	private final Policy policy;

	private final List<LeasingRateLimitStore> instances;

	private final List<Spent> spent = new ArrayList<>();

	private long trips;

	private long locally;

	private long rejectedForLeasesElsewhere;

	LeaseTrace(Random random, int instances, Function<VirtualTime, RateLimitStore> store, Duration shortest) {
		this.random = random;
		this.store = store.apply(this.time);
		List<Limit> limits = new ArrayList<>();
		for (int i = 0; i <= random.nextInt(2); i++) {
			limits.add(new Limit(10 + random.nextInt(300), shortest.multipliedBy(1 + 20 * i)
				.plusMillis(random.nextLong(shortest.multipliedBy(20).toMillis()))));
		}
		long least = limits.stream().mapToLong(Limit::permits).min().orElseThrow();
		this.policy = new Policy("p", Algorithm.SLIDING_WINDOW, limits, 1, Policy.Mode.ENFORCED,
				1 + random.nextLong(least));
		LeaseSize size = random.nextBoolean() ? LeaseSize.DEFAULT
				: new LeaseSize(1 + random.nextInt(3), 1 + random.nextInt(3));
		this.instances = IntStream.range(0, instances)
			.mapToObj((i) -> this.time.instance(new SlowStore(), size))
			.toList();
	}

	/** Decisions that were made without a trip. */
	long locally() {
		return this.locally;
	}

	/** Calls that were rejected though there was room for what was really spent. */
	long rejectedForLeasesElsewhere() {
		return this.rejectedForLeasesElsewhere;
	}

	void run(String seed) throws Exception {
		for (int step = 0; step < 120; step++) {
			LeasingRateLimitStore instance = this.instances.get(this.random.nextInt(this.instances.size()));
			for (int burst = this.random.nextInt(12); burst >= 0; burst--) {
				call(seed, instance);
			}
			settle();
			pass(Duration.ofNanos(this.random.nextLong(Cell.length(this.policy) * 500_000)));
			if (this.random.nextInt(10) == 0) {
				endCell(seed);
			}
		}
		this.instances.forEach(LeasingRateLimitStore::close);
		alike(seed);
		holds(seed);
	}

	/** Timers may be late, as they are in a JVM that has too much to do. */
	private void pass(Duration step) {
		if (this.random.nextBoolean()) {
			this.time.take(step);
		}
		else {
			this.time.pass(step);
		}
	}

	private void call(String seed, LeasingRateLimitStore instance) throws Exception {
		Charge charge = charge((this.random.nextInt(8) == 0) ? 1 + this.random.nextInt(9) : 1);
		long tripsBefore = this.trips;
		Decision decision = instance.acquire(List.of(charge)).toCompletableFuture().get();
		boolean local = this.trips == tripsBefore;
		this.locally += local ? 1 : 0;
		if (decision.allowed()) {
			allow(seed, instance, charge, decision, local);
		}
		else if (remaining(this.model.acquire(List.of(charge(0)), decision.time())) >= charge.cost()) {
			this.rejectedForLeasesElsewhere++;
			endCell(seed);
			assertThat(remaining(this.store.acquire(List.of(charge(0))).toCompletableFuture().get())).as(seed)
				.isGreaterThanOrEqualTo(charge.cost());
		}
	}

	/** What is spent locally is spent when it is, whatever the decision says. */
	private void allow(String seed, LeasingRateLimitStore instance, Charge charge, Decision decision, boolean local) {
		long at = local ? this.time.millis() : decision.time();
		Decision exact = this.model.acquire(List.of(charge), at);
		assertThat(exact.allowed()).as("%s, %s at %s", seed, decision, at).isTrue();
		assertThat(decision.states()).as(seed).allMatch((state) -> state.remaining() >= 0);
		this.spent.add(new Spent(instance, decision, exact, charge.cost()));
	}

	private void settle() throws Exception {
		for (int i = this.spent.size() - 1; i >= Math.max(0, this.spent.size() - 20); i--) {
			Spent call = this.spent.get(i);
			if (call.cost() > 0 && this.random.nextInt(20) == 0) {
				List<Charge> actual = List.of(charge(call.cost() - 1));
				Decision charged = new Decision(true, call.exact().time(), List.of(new LimitState(charge(call.cost()),
						this.policy.limits().get(0), 0, Duration.ZERO, Duration.ZERO, Duration.ZERO)));
				if (call.cost() == call.decision().states().get(0).charge().cost()) {
					call.instance().settle(call.decision(), actual).toCompletableFuture().get();
					this.model.settle(charged, actual, this.time.millis());
					this.spent.set(i, new Spent(call.instance(), call.decision(), call.exact(), call.cost() - 1));
				}
			}
		}
	}

	/** The price ends with the cell: by then, nothing lies anywhere. */
	private void endCell(String seed) throws Exception {
		this.time.passUntil(Cell.of(this.policy, this.time.millis()).end());
		alike(seed);
	}

	private void alike(String seed) throws Exception {
		assertThat(this.store.acquire(List.of(charge(0))).toCompletableFuture().get()).as(seed)
			.isEqualTo(this.model.acquire(List.of(charge(0)), this.time.millis()));
	}

	private void holds(String seed) {
		for (Limit limit : this.policy.limits()) {
			long sum = 0;
			int from = 0;
			for (Spent last : this.spent) {
				sum += last.cost();
				while (this.spent.get(from).exact().time() <= last.exact().time() - limit.window().toMillis()) {
					sum -= this.spent.get(from++).cost();
				}
				assertThat(sum).as(seed).isLessThanOrEqualTo(limit.permits());
			}
		}
	}

	private Charge charge(long cost) {
		return new Charge(this.policy, KEY, cost);
	}

	private static long remaining(Decision decision) {
		return decision.states().stream().mapToLong(LimitState::remaining).min().orElseThrow();
	}

	private record Spent(LeasingRateLimitStore instance, Decision decision, Decision exact, long cost) {
	}

	private final class SlowStore implements RateLimitStore {

		@Override
		public String name() {
			return "slow";
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			LeaseTrace.this.trips++;
			travel();
			Decision decision = LeaseTrace.this.store.acquire(charges).toCompletableFuture().join();
			travel();
			return CompletableFuture.completedFuture(decision);
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			return CompletableFuture
				.completedFuture(LeaseTrace.this.store.settle(decision, actual).toCompletableFuture().join());
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return LeaseTrace.this.store.reset(policy, key);
		}

		private void travel() {
			LeaseTrace.this.time.take(Duration.ofNanos(LeaseTrace.this.random.nextLong(900_000)));
		}

	}

}
