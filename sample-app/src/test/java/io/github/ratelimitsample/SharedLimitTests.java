package io.github.ratelimitsample;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two instances on one Redis.
 */
class SharedLimitTests {

	@Test
	void twoInstancesTogetherAllowExactlyTheLimit() {
		try (Shop first = Shop.open(); Shop second = Shop.open()) {
			List<Shop.Caller> callers = List.of(first.caller("203.0.113.30"), second.caller("203.0.113.30"));
			List<Integer> statuses = IntStream.range(0, 200)
				.parallel()
				.mapToObj((i) -> callers.get(i % 2).get("/api/products").statusCode())
				.toList();
			assertThat(statuses).containsOnly(200, 429);
			assertThat(statuses.stream().filter((status) -> status == 200)).hasSize(100);
		}
	}

}
