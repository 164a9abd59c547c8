package io.github.ratelimit.redis;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.resilience.Circuit;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * S25: an application with its defaults, under load, whose Redis stands still for ten
 * seconds.
 */
class FrozenRedisTests {

	private static final int THREADS = 64;

	private static final long PERMITS = 1_000_000_000;

	@TempDir
	private Path folder;

	@Test
	void hardlyAnyCallStallsAndNothingIsLostOrDoubled() throws Exception {
		try (TestRedis.OwnServer server = TestRedis.own(this.folder);
				ConfigurableApplicationContext context = application(server);
				Callers callers = new Callers(context.getBean(RateLimiter.class))) {
			Circuit circuit = context.getBean(Circuit.class);
			callers.awaitMore(Decision.Source.STORE, 10_000);
			int threads = ManagementFactory.getThreadMXBean().getThreadCount();
			callers.forgetTimes();
			server.process().freeze();
			TimeUnit.SECONDS.sleep(10);
			assertThat(circuit.status().open()).isTrue();
			assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(threads + 10);
			long calls = callers.calls();
			long stalled = callers.slowerThan(50);
			System.out.printf(
					"Redis frozen for 10 s, %d threads: %d calls, %d took 50 ms or more, p99 %.1f ms, longest %d ms%n",
					THREADS, calls, stalled, callers.percentile(0.99), callers.longest());
			assertThat(stalled).isLessThanOrEqualTo(Math.max(THREADS, calls / 100));
			Duration untilProbe = circuit.status().untilProbe();
			server.process().thaw();
			long thawed = System.nanoTime();
			callers.awaitMore(Decision.Source.STORE, 1);
			System.out.printf("Thawed: shared counting after %d ms, the next probe was due in %d ms%n",
					TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - thawed), untilProbe.toMillis());
			callers.end();
			long spent = PERMITS
					- context.getBean(RateLimiter.class).tryAcquire("api", "a", 0).states().get(0).remaining();
			assertThat(spent).isBetween(callers.allowed(Decision.Source.STORE),
					callers.allowed(Decision.Source.STORE) + 2L * THREADS);
		}
	}

	private static ConfigurableApplicationContext application(TestRedis.OwnServer server) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.run("--spring.config.location=optional:classpath:none.yml",
					"--spring.data.redis.port=" + server.server().port(), "--spring.data.redis.timeout=1s",
					"--ratelimit.policies.api.limits=" + PERMITS + "/1h");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/**
	 * Threads that call all the time, and how long that takes.
	 */
	private static final class Callers implements AutoCloseable {

		private final RateLimiter limiter;

		private final List<Thread> threads = new ArrayList<>();

		private final Map<Decision.Source, LongAdder> allowed = new EnumMap<>(Decision.Source.class);

		/** How many calls took so many tenths of a millisecond. */
		private final AtomicLongArray times = new AtomicLongArray(20_000);

		private volatile boolean over;

		Callers(RateLimiter limiter) {
			this.limiter = limiter;
			for (Decision.Source source : Decision.Source.values()) {
				this.allowed.put(source, new LongAdder());
			}
			for (int i = 0; i < THREADS; i++) {
				Thread thread = new Thread(this::call, "caller");
				this.threads.add(thread);
				thread.start();
			}
		}

		private void call() {
			while (!this.over) {
				long start = System.nanoTime();
				Decision decision = this.limiter.tryAcquire("api", "a");
				long tenths = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start) / 100;
				this.times.incrementAndGet((int) Math.min(tenths, this.times.length() - 1));
				if (decision.allowed()) {
					this.allowed.get(decision.source()).increment();
				}
				LockSupport.parkNanos(5_000_000);
			}
		}

		void awaitMore(Decision.Source source, long more) {
			long until = allowed(source) + more;
			await().atMost(Duration.ofSeconds(60))
				.pollInterval(Duration.ofMillis(5))
				.until(() -> allowed(source) >= until);
		}

		long allowed(Decision.Source source) {
			return this.allowed.get(source).sum();
		}

		void forgetTimes() {
			for (int i = 0; i < this.times.length(); i++) {
				this.times.set(i, 0);
			}
		}

		long calls() {
			return slowerThan(0);
		}

		long slowerThan(int millis) {
			long slower = 0;
			for (int i = 10 * millis; i < this.times.length(); i++) {
				slower += this.times.get(i);
			}
			return slower;
		}

		double percentile(double part) {
			long above = (long) ((1 - part) * calls());
			int tenths = this.times.length() - 1;
			for (long seen = this.times.get(tenths); seen <= above && tenths > 0; seen += this.times.get(tenths)) {
				tenths--;
			}
			return tenths / 10.0;
		}

		long longest() {
			int tenths = this.times.length() - 1;
			while (tenths > 0 && this.times.get(tenths) == 0) {
				tenths--;
			}
			return tenths / 10;
		}

		@Override
		public void close() {
			end();
		}

		void end() {
			this.over = true;
			for (Thread thread : this.threads) {
				try {
					thread.join();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		}

	}

}
