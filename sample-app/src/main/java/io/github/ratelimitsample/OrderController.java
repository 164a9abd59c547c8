package io.github.ratelimitsample;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * What partners fetch with the key they were given. Policy {@code partner} counts each
 * key for itself.
 */
@RestController
class OrderController {

	private static final Map<String, List<Order>> ORDERS = Map.of("key-of-acme",
			List.of(new Order("A-1001", "shipped"), new Order("A-1002", "paid")), "key-of-globex",
			List.of(new Order("G-2001", "paid")));

	@GetMapping("/v1/orders")
	List<Order> orders(@RequestHeader(name = "X-Api-Key", required = false) @Nullable String key) {
		List<Order> orders = (key != null) ? ORDERS.get(key) : null;
		if (orders == null) {
			throw new ResponseStatusException(HttpStatus.UNAUTHORIZED, "X-Api-Key is missing or unknown");
		}
		return orders;
	}

	record Order(String id, String status) {
	}

}
