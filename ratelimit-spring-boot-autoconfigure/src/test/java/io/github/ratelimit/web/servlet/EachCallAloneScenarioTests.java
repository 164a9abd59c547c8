package io.github.ratelimit.web.servlet;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.web.ScenarioInstances;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scenarios when each call asks Redis for itself: neither are there batches, nor are
 * rejections remembered.
 */
class EachCallAloneScenarioTests extends ServletScenarioTests {

	@BeforeAll
	static void start() {
		instances = new ScenarioInstances(Application.class, WebApplicationType.SERVLET, CLOCK,
				"--ratelimit.store.batch-size=1", "--ratelimit.store.remember-rejections=0s");
	}

	@Test
	@Override
	protected void s23RejectedCallsCostOneRedisCommandASecondAtMost() throws Exception {
		assertThat(commandsOfRejectedCalls()).isEqualTo(1000);
	}

}
