package io.github.ratelimittest;

import io.github.ratelimit.annotation.RateLimit;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application under test.
 */
@SpringBootApplication
class Shop {

	@RestController
	static class Orders {

		@GetMapping("/orders")
		String orders() {
			return "orders";
		}

	}

	@Service
	static class Exports {

		@RateLimit("exports")
		String export() {
			return "export";
		}

	}

}
