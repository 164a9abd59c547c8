package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Instances}.
 */
class InstancesTests {

	private final VirtualTime time = new VirtualTime();

	private final Instances instances = new Instances(this.time.timing());

	private long alive = 3;

	private int said;

	private boolean askable = true;

	@Test
	void countsThoseThatAreAliveNowAndThen() {
		count();
		assertThat(this.instances.getAsInt()).isEqualTo(3);
		this.alive = 5;
		this.time.pass(Duration.ofMillis(4999));
		assertThat(this.instances.getAsInt()).isEqualTo(3);
		this.time.pass(Duration.ofMillis(1));
		assertThat(this.instances.getAsInt()).isEqualTo(5);
		assertThat(this.said).isEqualTo(2);
	}

	@Test
	void lastNumberHoldsWhileNobodyCanBeAsked() {
		count();
		this.askable = false;
		this.alive = 1;
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.instances.getAsInt()).isEqualTo(3);
		assertThat(this.said).isEqualTo(1);
		this.askable = true;
		this.time.pass(Duration.ofSeconds(5));
		assertThat(this.instances.getAsInt()).isEqualTo(1);
	}

	@Test
	void thereIsAlwaysOne() {
		this.alive = 0;
		assertThat(this.instances.getAsInt()).isEqualTo(1);
		count();
		assertThat(this.instances.getAsInt()).isEqualTo(1);
	}

	@Test
	void saysNothingWhenTheApplicationHasStopped() {
		count();
		this.instances.close();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.said).isEqualTo(1);
		assertThat(this.time.waiting()).isZero();
	}

	private void count() {
		this.instances.count(() -> {
			this.said++;
			return CompletableFuture.completedFuture(this.alive);
		}, () -> this.askable);
	}

}
