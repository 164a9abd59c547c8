package io.github.ratelimitsample;

import java.math.BigDecimal;
import java.util.List;

import io.github.ratelimit.RateLimiter;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * What takes long to compute. Policy {@code reports} counts per branch, whoever asks, and
 * a branch that does not exist costs nothing: only the handler knows that.
 */
@RestController
class ReportController {

	private static final List<String> BRANCHES = List.of("london", "paris", "tokyo");

	private final RateLimiter rateLimiter;

	ReportController(RateLimiter rateLimiter) {
		this.rateLimiter = rateLimiter;
	}

	@GetMapping("/reports/{branch}")
	Report report(@PathVariable String branch) {
		if (!BRANCHES.contains(branch)) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no branch '" + branch + "'");
		}
		this.rateLimiter.tryAcquire("reports", branch).orElseThrow();
		return compute(branch);
	}

	private static Report compute(String branch) {
		return new Report(branch, 1204, new BigDecimal("31415.90"));
	}

	record Report(String branch, int orders, BigDecimal revenue) {
	}

}
