package io.github.ratelimitsample;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.RequestKey;
import io.github.ratelimit.web.servlet.ServletRateLimitRequest;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells callers under which keys they are counted, so that the page can ask Actuator how
 * their limits stand.
 */
@RestController
class CallerController {

	private final Callers callers;

	/** By what policies in {@code application.yml} say as their key. */
	private final Map<String, RequestKey> keys;

	CallerController(Callers callers, @Value("${ratelimit.web.ipv6-prefix:64}") int ipv6Prefix) {
		this.callers = callers;
		this.keys = List.of("ip", "header:X-Api-Key")
			.stream()
			.collect(Collectors.toMap(Function.identity(),
					(key) -> RequestKey.parse(List.of(key), Map.of(), ipv6Prefix)));
	}

	@GetMapping("/caller")
	Map<String, String> caller(HttpServletRequest request) {
		RateLimitRequest view = new ServletRateLimitRequest(request, this.callers);
		return this.keys.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (key) -> key.getValue().of(view)));
	}

}
