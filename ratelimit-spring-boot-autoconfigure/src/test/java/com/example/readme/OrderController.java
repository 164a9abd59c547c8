package com.example.readme;

import io.github.ratelimit.annotation.RateLimit;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class OrderController {

	@PostMapping("/orders")
	@RateLimit(limits = "5/1m, 20/1h", key = "principal | ip")
	Order create(@RequestBody Order order) {
		return order;
	}

	record Order(String article, int number) {
	}

}
